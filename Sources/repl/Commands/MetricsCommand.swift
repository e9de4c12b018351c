import Engine
import Server
import Storage
import TraceQL

/// `traceql query` of a metrics query.
struct MetricsCommand {
  var text: QueryText
  var expression: MetricsExpression
  var session: Session

  /// A picture unless something else was asked for.
  private var format: OutputFormat { session.settings.givenFormat ?? .chart }

  private var isInstant: Bool {
    if session.settings.isInstant { return true }
    guard expression.isBestWhole, session.settings.stepNanoseconds == nil else { return false }
    switch format {
    case .chart, .table, .svg, .markdown: return true
    default: return false
    }
  }

  func run() async throws(CommandFailure) -> ExitCode {
    try refuseFlagsOfSearches()
    let catalog = try await session.openCatalog()
    let settings = session.settings
    var range = MetricsRange(
      settings.timeRange, held: catalog.blocks.timeRange,
      stepNanoseconds: settings.stepNanoseconds, isInstant: isInstant, now: session.nowNanoseconds)
    guard format != .json else { return try await answerAsAPI(range, catalog) }
    if format == .chart { range.fit(columns: session.terminal.outputWidth.map { $0 - 10 }) }
    let window = try range.window()
    let began = Clock.monotonicNanoseconds()
    let (result, outcome) = try await Self.answer(
      text.query, source: text.text, window: window, options: options, blocks: catalog.blocks,
      session: session)
    show(result, elapsedNanoseconds: Clock.monotonicNanoseconds() - began)
    if result.series.isEmpty { session.explainEmptyRange(catalog.blocks) }
    return session.conclude(outcome, partialReasons: result.partialReasons)
  }

  /// Runs a metrics query under watch.
  static func answer(
    _ query: Query, source: String, window: MetricsWindow, options: QueryOptions, blocks: [Block],
    session: Session
  ) async throws(CommandFailure) -> (result: MetricsResult, outcome: QueryWatch.Outcome) {
    let engine = QueryEngine(blocks: blocks)
    let (answer, outcome) = await QueryWatch.run(
      timeoutNanoseconds: session.settings.timeoutNanoseconds, display: session.progressDisplay
    ) { progress throws(QueryError) in
      try await engine.metrics(query, window: window, options: options, progress: progress)
    } instead: { progress in
      let counted = progress.metricsSoFar(seriesMax: QueryWatch.interruptedTracesMax)
      return counted.map { .success($0) } ?? .failure(.interrupted)
    }
    do throws(QueryError) {
      return (try answer.get(), outcome)
    } catch {
      try session.failIfStopped(outcome)
      throw CommandFailure(error, source: source, session)
    }
  }

  /// Exemplars are shown by the API's body alone.
  private var options: QueryOptions {
    var options = session.queryOptions
    options.metrics.exemplarsMax = 0
    return options
  }

  private func refuseFlagsOfSearches() throws(CommandFailure) {
    if session.arguments.isSet(.rows) {
      throw CommandFailure(
        UsageError("--rows is for searches; this is a metrics query", command: .query))
    }
    guard format != .tree else {
      throw CommandFailure(UsageError("a metrics query has no tree to show", command: .query))
    }
  }

  // MARK: Formats

  private func show(_ result: MetricsResult, elapsedNanoseconds: UInt64) {
    let (terminal, settings) = (session.terminal, session.settings)
    let report = MetricsReport(
      result, of: expression, width: terminal.outputWidth, style: terminal.outputStyle,
      zone: settings.zone, limit: settings.givenLimit)
    switch format {
    case .chart, .table, .tree, .json, .text, .junit, .tap:
      let form: MetricsReport.Form = format == .chart ? .picture : .table
      let summary = MetricsSummary(
        result, shownCount: report.shownCount(form), elapsedNanoseconds: elapsedNanoseconds)
      TableOutput.lines(report.lines(form), footer: summary.text, session: session)
    case .markdown:
      StandardStream.output.write(MarkdownTable.text(report.summary(), zone: settings.zone))
    case .svg:
      let title = text.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      let chart = SVGChart(
        result, of: text.query, title: title, zone: settings.zone, limit: settings.givenLimit)
      StandardStream.output.write(chart.text())
    case .prometheus: writeOpenMetrics(result)
    case .csv, .tsv, .ndjson: writeRows(result)
    case .parquet: writeParquet(result)
    }
  }

  /// Series that programs get: all, unless told otherwise.
  private func listed(_ result: MetricsResult) -> ArraySlice<MetricsSeries> {
    let limit = session.settings.givenLimit ?? 0
    return limit == 0 ? result.series[...] : result.series.prefix(limit)
  }

  private func writeOpenMetrics(_ result: MetricsResult) {
    var output = BufferedOutput()
    output.write(OpenMetricsText.heading(text.query))
    for series in listed(result) {
      output.write(OpenMetricsText.samples(series, of: text.query, window: result.window))
    }
    output.write(OpenMetricsText.ending)
    output.flush()
  }

  private func writeRows(_ result: MetricsResult) {
    let keys = SeriesNames(result.series).keys
    var rows = RowOutput(
      columns: SeriesTable.columns(result), format: format, zone: session.settings.zone)
    for series in listed(result) {
      rows.write(SeriesTable.rows(series, keys: keys, window: result.window))
    }
    rows.finish()
  }

  private func writeParquet(_ result: MetricsResult) {
    var result = result
    result.series = Array(listed(result))
    StandardStream.output.write(ParquetTable.bytes(SeriesTable.samples(result)))
  }

  /// `--output json`: the body Tempo's metrics API would send.
  private func answerAsAPI(
    _ range: MetricsRange, _ catalog: BlockCatalog
  ) async throws(CommandFailure) -> ExitCode {
    let settings = session.settings
    var parameters = [
      ("q", text.plainText), ("start", String(range.start)), ("end", String(range.end)),
    ]
    if let step = settings.stepNanoseconds {
      parameters.append(("step", GoDuration.format(nanoseconds: Int64(clamping: step))))
    }
    if settings.seriesMax > 0 { parameters.append(("maxSeries", String(settings.seriesMax))) }
    if let count = settings.exemplarsMax { parameters.append(("exemplars", String(count))) }
    let path = settings.isInstant ? "/api/metrics/query" : "/api/metrics/query_range"
    let answer = try await APIAnswer.ask(
      path, exactly: parameters, catalog: catalog, session: session)
    StandardStream.output.write(answer.body)
    StandardStream.output.write("\n")
    return answer.code
  }
}
