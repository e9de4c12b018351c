import Engine
import TraceQL

extension Shell {
  /// A metrics query over the range that is set, else over all the data.
  func runMetrics(
    _ query: CheckedQuery, _ expression: MetricsExpression
  ) async throws(CommandFailure) -> ExitCode {
    let source = try source()
    let range = try metricsRange(of: expression, over: source)
    let began = Clock.monotonicNanoseconds()
    let (result, outcome) = try await metrics(query, range)
    let elapsed = Clock.monotonicNanoseconds() - began
    answer = ShellAnswer(query: query, metrics: result)
    answer.statistics = result.statistics
    answer.elapsedNanoseconds = elapsed
    show(result, of: expression, elapsedNanoseconds: elapsed)
    output.finishAnswer()
    let isEmpty = result.series.allSatisfy { $0.samples.allSatisfy { $0.isNaN || $0 == 0 } }
    if isEmpty, source.timeRange == nil, try currentRange() == nil {
      output.note("without a range that is the last hour; .since 1d asks for more, .start too")
    }
    advise(on: query, isEmpty: result.series.isEmpty)
    return session.conclude(outcome, partialReasons: result.partialReasons)
  }

  /// Runs a metrics query under watch; whatever it found until Ctrl-C is an answer.
  func metrics(
    _ query: CheckedQuery, _ range: MetricsRange
  ) async throws(CommandFailure) -> (MetricsResult, QueryWatch.Outcome) {
    let source = try source()
    var engineOptions = session.queryOptions
    // Nothing here shows exemplars.
    engineOptions.metrics.exemplarsMax = 0
    let finalOptions = engineOptions
    let (found, outcome) = await watched { progress throws(CommandFailure) in
      try await source.metrics(query, range: range, options: finalOptions, progress: progress)
    } instead: { progress in
      progress.metricsSoFar(seriesMax: QueryWatch.interruptedTracesMax).map { .success($0) }
    }
    do throws(CommandFailure) {
      return (try found.get(), outcome)
    } catch {
      try session.failIfStopped(outcome)
      throw error
    }
  }

  func metricsRange(
    of expression: MetricsExpression, over source: any TraceSource
  ) throws(CommandFailure) -> MetricsRange {
    let settings = session.settings
    let isShownWhole =
      expression.isBestWhole && settings.stepNanoseconds == nil && mode.readers == .people
    var range = MetricsRange(
      try currentRange(), held: source.timeRange, stepNanoseconds: settings.stepNanoseconds,
      isInstant: settings.isInstant || isShownWhole, now: session.nowNanoseconds)
    if [.auto, .chart, .tree].contains(mode) { range.fit(columns: screenWidth.map { $0 - 10 }) }
    return range
  }

  // MARK: Showing

  /// Shows series in the mode that is set: pictures, rows, or a row for each sample.
  private func show(
    _ result: MetricsResult, of expression: MetricsExpression, elapsedNanoseconds: UInt64
  ) {
    var report = MetricsReport(
      result, of: expression, width: screenWidth, style: answerStyle, zone: session.settings.zone,
      limit: session.settings.givenLimit)
    report.allAdvice = ".limit 0 shows all"
    var shownCount = result.series.count
    switch mode {
    case .auto, .chart, .tree, .table:
      let form: MetricsReport.Form = mode == .table ? .table : .picture
      shownCount = report.shownCount(form)
      let lines = report.lines(form)
      output.write(lines: lines.isEmpty ? [] : lines + spacer)
    case .markdown, .line:
      shownCount = report.shownCount(.table)
      show(report.summary())
    case .csv, .tsv, .ndjson, .json, .otlpJSON: show(SeriesTable.samples(result))
    }
    guard options.showsTimer else { return }
    var summary = MetricsSummary(
      result, shownCount: shownCount, elapsedNanoseconds: elapsedNanoseconds)
    summary.allAdvice = report.allAdvice
    note(summary.text)
  }
}
