import Engine

/// Puts what a search found on standard output. Who set a limit of time, or pressed Ctrl-C, does
/// not wait for a million rows to be written.
struct SearchOutput {
  var session: Session
  /// When the time of the query is up, by the monotonic clock.
  var timeLimit: UInt64?

  /// Rows drawn when there is no time left.
  private static let hurriedRowsMax = 1_000
  /// What drawing a row of a table takes on a slow machine.
  private static let drawingNanoseconds: UInt64 = 20_000
  /// How long writing may go on behind the limit.
  private static let graceNanoseconds: UInt64 = 1_000_000_000

  private var isLate: Bool {
    timeLimit.map { Clock.monotonicNanoseconds() >= $0 &+ Self.graceNanoseconds } ?? false
  }

  /// Returns false if not everything found was written in time.
  func show(
    _ result: inout SearchResult, elapsedNanoseconds: UInt64, isInterrupted: Bool
  ) -> Bool {
    let streams = [.csv, .tsv, .ndjson].contains(session.settings.format)
    var isWhole = true
    if isInterrupted {
      let all = result.traces.count
      isWhole = cut(&result, to: Self.hurriedRowsMax)
      // Of very many the engine has returned the newest alone.
      let found = result.matchedTraceCount
      if session.settings.limit == 0, isWhole, found > all {
        complainOfCut(all, of: found)
        isWhole = false
      }
    } else if !streams, let timeLimit {
      let now = Clock.monotonicNanoseconds()
      let left = timeLimit > now ? timeLimit - now : 0
      let drawn = Int(clamping: left / Self.drawingNanoseconds)
      isWhole = cut(&result, to: Self.hurriedRowsMax + drawn)
    }
    if streams {
      isWhole = stream(result.traces) && isWhole
    } else {
      draw(result, summary(result, elapsedNanoseconds))
    }
    // Programs must learn of what was cut too, though not in the middle of their data.
    if session.settings.format != .table, session.settings.format != .tree {
      let summary = summary(result, elapsedNanoseconds)
      if let advice = summary.advice { session.complain("\(summary.count); \(advice)") }
    }
    return isWhole
  }

  private func cut(_ result: inout SearchResult, to rowsMax: Int) -> Bool {
    var rows = 0
    let kept = result.traces.prefix { trace in
      rows += trace.spanSets.reduce(1) { $0 + $1.spans.count }
      return rows <= rowsMax
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

  /// Formats whose rows need no look at later ones, written as they are made.
  private func stream(_ traces: [TraceMatch]) -> Bool {
    let (settings, zone) = (session.settings, session.settings.zone)
    let columns: [Table.Column]
    let rows: (TraceMatch) -> [Table.Row]
    if settings.rows == .spans {
      let spans = SpanRows(traces, for: .programs, zone: zone)
      (columns, rows) = (spans.columns, spans.rows)
    } else {
      let all = TraceRows(traces, for: .programs, zone: zone)
      (columns, rows) = (all.columns, all.rows)
    }
    var output = RowOutput(columns: columns, format: settings.format, zone: zone)
    defer { output.finish() }
    for (index, trace) in traces.enumerated() {
      guard !isLate else {
        complainOfCut(index, of: traces.count)
        return false
      }
      output.write(rows(trace))
    }
    return true
  }

  private func draw(_ result: SearchResult, _ summary: AnswerSummary) {
    let zone = session.settings.zone
    guard session.settings.format != .tree else {
      let drawing = ResultTree(
        width: session.terminal.outputWidth, style: session.terminal.outputStyle, zone: zone)
      return TableOutput.lines(
        drawing.lines(result.traces), footer: summary.text, session: session)
    }
    let readers = TableOutput.readers(session)
    let table =
      session.settings.rows == .spans
      ? SpanRows.table(result.traces, for: readers, zone: zone)
      : TraceRows.table(result.traces, for: readers, zone: zone)
    TableOutput.write(table, footer: summary.text, session: session)
  }
}
