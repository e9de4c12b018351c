import Engine
import TraceQL

extension Shell {
  /// Traces of a range compared at most.
  private static let comparedTracesMax = 50_000

  func compare(_ words: DotWords) async throws(CommandFailure) {
    let query = try queryOrLast(words.rest(after: 2))
    let ranges = [try range(words.words[0]), try range(words.words[1])]
    if case .metrics(let expression) = query.query.body {
      return try await compareMetrics(query, expression, ranges)
    }
    var sides: [RangeComparison.Range] = []
    var isPartial = false
    for range in ranges {
      let (result, outcome, _) = try await search(
        query, showing: .traces, range: range, limit: Self.comparedTracesMax)
      isPartial = isPartial || !result.partialReasons.isEmpty || !result.matchedTraceCountIsExact
      sides.append(
        .init(
          traces: result.traces, lengthNanoseconds: range.upperBound - range.lowerBound))
      if outcome == .interrupted { break }
    }
    guard sides.count == 2 else {
      throw CommandFailure("interrupted, before there was an answer", code: .interrupted)
    }
    let comparison = RangeComparison(sides[0], sides[1])
    output.note("A \(readable(ranges[0]))\nB \(readable(ranges[1]))\n")
    show(comparison.summary())
    show(comparison.kinds())
    if sides.allSatisfy(\.traces.isEmpty) { note("no trace matches in either range") }
    if isPartial { note("partial: not every trace of the ranges is in it") }
    output.finishAnswer()
  }

  private func compareMetrics(
    _ query: CheckedQuery, _ expression: MetricsExpression, _ ranges: [ClosedRange<UInt64>]
  ) async throws(CommandFailure) {
    var results: [MetricsResult] = []
    for range in ranges {
      let (result, outcome) = try await metrics(
        query,
        MetricsRange(
          range, held: current?.timeRange, stepNanoseconds: session.settings.stepNanoseconds,
          isInstant: session.settings.isInstant, now: session.nowNanoseconds))
      // Half an answer compares with nothing.
      try session.failIfStopped(outcome)
      results.append(result)
    }
    output.note("A \(readable(ranges[0]))\nB \(readable(ranges[1]))\n")
    show(
      MetricsComparison.table(
        results[0], results[1], unit: MetricsUnit(expression), for: mode.readers))
    output.finishAnswer()
  }

  private func readable(_ range: ClosedRange<UInt64>) -> String {
    [range.lowerBound, range.upperBound].map {
      CivilTime(unixNanoseconds: $0, zone: session.settings.zone).readable
    }.joined(separator: " to ")
  }

  /// `START..END`, or an age before now; before the end of the data where that is earlier.
  private func range(_ text: String) throws(CommandFailure) -> ClosedRange<UInt64> {
    let times = TimeExpression(nowNanoseconds: session.nowNanoseconds, zone: session.settings.zone)
    if let age = DurationText.parse(text) {
      let end = min(session.nowNanoseconds, current?.timeRange?.upperBound ?? .max)
      return (end > age ? end - age : 0)...end
    }
    var ends = [text, ""]
    if let dots = text.firstRange(of: "..") {
      ends = [String(text[..<dots.lowerBound]), String(text[dots.upperBound...])]
    }
    let start = ends[0].isEmpty ? 0 : times.parse(ends[0])
    let end =
      ends[1].isEmpty
      ? current?.timeRange?.upperBound ?? session.nowNanoseconds
      : times.parse(ends[1])
    guard text.contains(".."), let start, let end, start <= end else {
      throw CommandFailure(
        text: "'\(PrintableText.escaped(text))' is no range; write -2h..-1h, "
          + "2026-01-15T09:00Z..2026-01-15T10:00Z, or 1h for the last hour\n", code: .badRequest)
    }
    return start...end
  }
}
