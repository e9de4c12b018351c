import Engine

extension Shell {
  /// A metrics query over the range that is set, else over all the data.
  func runMetrics(_ query: CheckedQuery) async throws(CommandFailure) -> ExitCode {
    let source = try source()
    let request = try metricsRequest(source)
    let engineOptions = session.queryOptions
    let began = Clock.monotonicNanoseconds()
    let (found, outcome) = await watched { progress throws(CommandFailure) in
      try await source.metrics(query, request: request, options: engineOptions, progress: progress)
    }
    let elapsed = Clock.monotonicNanoseconds() - began
    let result: MetricsResult
    do throws(CommandFailure) {
      result = try found.get()
    } catch {
      try session.failIfStopped(outcome)
      throw error
    }
    answer = ShellAnswer(query: query, metrics: result)
    answer.statistics = result.statistics
    answer.elapsedNanoseconds = elapsed
    show(result)
    if options.showsTimer { summarize(result, elapsed) }
    output.finishAnswer()
    advise(on: query, isEmpty: result.series.isEmpty)
    return session.conclude(outcome, partialReasons: result.partialReasons)
  }

  private func metricsRequest(
    _ source: any TraceSource
  ) throws(CommandFailure) -> MetricsRequest {
    let now = session.nowNanoseconds
    let hour: UInt64 = 3_600_000_000_000
    // Without a range: what there is, of a server the last hour.
    var range = try currentRange() ?? source.timeRange ?? (now - hour)...now
    // An open end of the range ends with the data.
    if range.upperBound >= UInt64(Int64.max) {
      range = range.lowerBound...max(range.lowerBound, source.timeRange?.upperBound ?? now)
    }
    if range.lowerBound == 0, let first = source.timeRange?.lowerBound, first < range.upperBound {
      range = first...range.upperBound
    }
    return MetricsRequest(
      range: range, stepNanoseconds: options.stepNanoseconds, nowNanoseconds: now)
  }

  private func summarize(_ result: MetricsResult, _ elapsed: UInt64) {
    let statistics = result.statistics
    var parts = [
      NumberText.counted(result.series.count, "series").replacingSeries,
      NumberText.counted(result.window.intervalCount, "interval") + " of "
        + DurationText.format(nanoseconds: Int64(clamping: result.window.stepNanoseconds)),
      NumberText.short(Double(statistics.inspectedSpans)) + " spans inspected",
      DurationText.format(nanoseconds: Int64(clamping: elapsed)),
    ]
    if statistics.blockBytes > 0 {
      parts.append(
        NumberText.bytes(statistics.inspectedBytes) + " of "
          + NumberText.bytes(statistics.blockBytes) + " read")
    }
    if !result.partialReasons.isEmpty { parts[0] = "partial: " + parts[0] }
    note(parts.joined(separator: " · "))
  }
}

extension String {
  /// "series" is its own plural.
  fileprivate var replacingSeries: String { hasSuffix("seriess") ? String(dropLast()) : self }
}
