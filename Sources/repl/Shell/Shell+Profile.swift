import Engine
import TraceQL

extension Shell {
  /// Runs a query and shows what each of its operators cost.
  func profile(_ text: String) async throws(CommandFailure) {
    let query = try queryOrLast(text)
    let source = try source()
    var options = session.queryOptions
    options.timeRange = try currentRange()
    options.countsEveryMatch = true
    options.spansPerSpanSet = 1
    var range: MetricsRange?
    if case .metrics(let expression) = query.query.body {
      range = try metricsRange(of: expression, over: source)
    }
    let (finalOptions, finalRange) = (options, range)
    let (analyzed, outcome) = await watched { progress throws(CommandFailure) in
      try await source.analyze(
        query, range: finalRange, options: finalOptions, progress: progress)
    }
    try session.failIfStopped(outcome)
    if let analysis = try analyzed.get() {
      show(AnalysisTable.table(analysis, mode.readers))
      note(AnalysisTable.footer(analysis))
    } else {
      try await showWholeCost(of: query, isNew: !text.isEmpty)
    }
    output.finishAnswer()
  }

  /// What the answer to a query cost altogether, where nobody knows its parts.
  private func showWholeCost(of query: CheckedQuery, isNew: Bool) async throws(CommandFailure) {
    if isNew || answer.statistics == nil { _ = try await runQuery(query.text) }
    guard let statistics = answer.statistics else { return }
    let seconds = max(Double(answer.elapsedNanoseconds) / 1e9, 1e-9)
    var facts: [(String, String)] = [
      ("time", DurationText.format(nanoseconds: Int64(clamping: answer.elapsedNanoseconds)))
    ]
    if statistics.blockCount > 0 {
      facts.append(("blocks", NumberText.grouped(statistics.blockCount)))
    }
    if statistics.unitCount > 0 {
      facts.append(("jobs", NumberText.grouped(statistics.unitCount)))
    }
    if statistics.inspectedTraces > 0 {
      facts.append(("traces inspected", NumberText.grouped(statistics.inspectedTraces)))
    }
    facts += [
      (
        "spans inspected",
        NumberText.grouped(statistics.inspectedSpans) + " · "
          + NumberText.short(Double(statistics.inspectedSpans) / seconds) + "/s"
      ),
      (
        "bytes read",
        NumberText.bytes(statistics.inspectedBytes)
          + (statistics.blockBytes > 0 ? " of " + NumberText.bytes(statistics.blockBytes) : "")
      ),
    ]
    let width = facts.map(\.0.count).max() ?? 0
    output.write(lines: facts.map { DisplayWidth.leftPadded($0.0, to: width + 2) + "  " + $0.1 })
    note(
      "the time is this side's; the rest is what the server reports of the whole query: its API "
        + "has no costs of single operators. Over the blocks themselves .profile shows them")
  }
}
