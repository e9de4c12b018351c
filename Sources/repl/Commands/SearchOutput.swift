import Engine

/// Puts what a search found on standard output. Who set a limit of time, or pressed Ctrl-C, does
/// not wait for a million rows to be written: what stands there by then stays, and is called
/// partial.
struct SearchOutput {
  var session: Session
  /// When the time of the query is up, by the monotonic clock.
  var timeLimit: UInt64?
  /// Ctrl-C has ended the search: what was found is shown, as much of it as takes no time.
  var isInterrupted: Bool

  /// Rows shown when there is no time left.
  private static let hurriedRowsMax = 1_000
  /// How long writing may go on behind the limit.
  private static let graceNanoseconds: UInt64 = 50_000_000

  /// Says how it ended.
  func show(_ result: SearchResult, elapsedNanoseconds: UInt64) -> QueryWatch.Outcome {
    var result = result
    if isInterrupted { cutInterrupted(&result) }
    let format = session.settings.format
    // Parquet is made as a whole: Ctrl-C ends that in its own way.
    let isWatched = !isInterrupted && format != .parquet
    if isWatched { Interruption.watch(waking: nil) }
    defer { if isWatched { Interruption.unwatch() } }
    let summary = summary(result, elapsedNanoseconds)
    switch format {
    case .csv, .tsv, .ndjson, .markdown: streamRows(result.traces)
    case .tree: streamTree(result.traces, summary)
    default: draw(&result, summary)
    }
    // Programs must learn of what was cut too, though not in the middle of their data.
    if format != .table, format != .tree, let advice = summary.advice {
      session.complain("\(summary.count); \(advice)")
    }
    if isWatched, Interruption.happened { return .interrupted }
    return isLate ? .timedOut : .finished
  }

  // MARK: Time

  private var isLate: Bool {
    timeLimit.map { Clock.monotonicNanoseconds() >= $0 &+ Self.graceNanoseconds } ?? false
  }

  /// Nobody waits for more.
  private var isOver: Bool { !isInterrupted && (Interruption.happened || isLate) }

  private func cutInterrupted(_ result: inout SearchResult) {
    let all = result.traces.count
    let isWhole = cut(&result)
    // Of very many the engine has returned the newest alone.
    let found = result.matchedTraceCount
    if session.settings.limit == 0, isWhole, found > all { complainOfCut(all, of: found) }
  }

  /// Leaves so many traces as are shown in no time; says so, and returns false, if there are more.
  private func cut(_ result: inout SearchResult) -> Bool {
    var rows = 0
    let kept = result.traces.prefix { trace in
      rows += trace.spanSets.reduce(1) { $0 + $1.spans.count }
      return rows <= Self.hurriedRowsMax
    }
    guard kept.count < result.traces.count else { return true }
    complainOfCut(kept.count, of: max(result.traces.count, result.matchedTraceCount))
    result.traces = Array(kept)
    return false
  }

  private func complainOfCut(_ shown: Int, of found: Int) {
    session.complain(
      "the newest \(NumberText.grouped(shown)) of \(NumberText.counted(found, "trace")) found "
        + "are shown")
  }

  private func summary(_ result: SearchResult, _ elapsedNanoseconds: UInt64) -> AnswerSummary {
    let statistics = result.statistics
    return AnswerSummary(
      shownCount: result.traces.count, matchedCount: result.matchedTraceCount,
      matchedCountIsExact: result.matchedTraceCountIsExact,
      spansInspected: statistics.inspectedSpans,
      elapsedNanoseconds: elapsedNanoseconds, bytesRead: statistics.inspectedBytes,
      bytesTotal: statistics.blockBytes, limit: session.settings.limit)
  }

  // MARK: Formats

  /// Columns, and what makes the rows of a trace.
  private func rows(
    _ traces: [TraceMatch]
  ) -> (columns: [Table.Column], of: (TraceMatch) -> [Table.Row]) {
    let (readers, zone) = (TableOutput.readers(session), session.settings.zone)
    if session.settings.rows == .spans {
      let rows = SpanRows(traces, for: readers, zone: zone)
      return (rows.columns, rows.rows)
    }
    let rows = TraceRows(traces, for: readers, zone: zone)
    return (rows.columns, rows.rows)
  }

  /// Formats that need no look at later rows: they are written as they are made.
  private func streamRows(_ traces: [TraceMatch]) {
    let rows = rows(traces)
    let settings = session.settings
    var output = RowOutput(columns: rows.columns, format: settings.format, zone: settings.zone)
    forEachInTime(traces) { output.write(rows.of($0)) }
    output.finish()
  }

  private func streamTree(_ traces: [TraceMatch], _ summary: AnswerSummary) {
    let drawing = ResultTree(
      width: session.terminal.outputWidth, style: session.terminal.outputStyle,
      zone: session.settings.zone)
    var output = BufferedOutput()
    forEachInTime(traces) { trace in
      for line in drawing.lines([trace]) { output.write(line + "\n") }
    }
    if !traces.isEmpty { output.write("\n") }
    output.flush()
    TableOutput.lines([], footer: summary.text, session: session)
  }

  /// A moment's worth of traces is always there.
  private func forEachInTime(_ traces: [TraceMatch], _ body: (TraceMatch) -> Void) {
    for (index, trace) in traces.enumerated() {
      if index >= Self.hurriedRowsMax, isOver { return complainOfCut(index, of: traces.count) }
      body(trace)
    }
  }

  private func draw(_ result: inout SearchResult, _ summary: AnswerSummary) {
    guard session.settings.format != .parquet else {
      let rows = rows(result.traces)
      let table = Table(columns: rows.columns, rows: result.traces.flatMap(rows.of))
      return TableOutput.write(table, footer: nil, session: session)
    }
    var lines = lines(result, isOver: { isOver })
    if lines == nil {
      _ = cut(&result)
      lines = self.lines(result, isOver: { false })
    }
    TableOutput.lines(lines ?? [], footer: summary.text, session: session)
  }

  /// The lines of a table; nil once nobody waits for them.
  private func lines(_ result: SearchResult, isOver: () -> Bool) -> [String]? {
    let rows = rows(result.traces)
    var table = Table(columns: rows.columns)
    defer { KeptToTheEnd.keep(table) }
    for (index, trace) in result.traces.enumerated() {
      if index % TextTable.rowsBetweenChecks == 0, isOver() { return nil }
      table.rows += rows.of(trace)
    }
    guard !table.rows.isEmpty else { return [] }
    let drawing = TextTable(
      width: session.terminal.outputWidth, style: session.terminal.outputStyle,
      zone: session.settings.zone)
    return drawing.lines(table, isOver: isOver)
  }
}
