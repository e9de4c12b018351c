import Spans

/// When spans were, from the first start to the last end.
struct SpanTimes: Sendable {
  private var earliest = UInt64.max
  private var latest: UInt64 = 0

  mutating func add(_ spans: [UInt32], of table: SpanTable) {
    for span in spans {
      let start = table.starts[Int(span)]
      let (sum, overflow) = start.addingReportingOverflow(table.durations[Int(span)])
      // A wrapped duration ends before it starts.
      let end = overflow ? start : sum
      if start > 0 { earliest = min(earliest, start) }
      latest = max(latest, end)
    }
  }

  /// Spans without a start do not say when they were.
  var range: ClosedRange<UInt64> {
    let start = earliest == .max ? 0 : earliest
    return start...max(start, latest)
  }
}
