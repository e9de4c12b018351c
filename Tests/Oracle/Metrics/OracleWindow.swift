import TraceQL

/// The intervals of a metrics query, and which requests have none: traceql-metrics.md 2.
package struct OracleWindow: Equatable {
  /// Unix nanoseconds; intervals are open on the left and closed on the right.
  package var start: Int64
  package var step: Int64
  package var intervalCount: Int

  package init(start: Int64, step: Int64, intervalCount: Int) {
    self.start = start
    self.step = step
    self.intervalCount = intervalCount
  }

  package var end: Int64 { start + step * Int64(intervalCount) }

  /// ceil((ts - A) / step) - 1, or nothing outside (2.4).
  func interval(of moment: Int64) -> Int? {
    guard moment > start, moment <= end else { return nil }
    return Int((moment - start + step - 1) / step) - 1
  }
}

/// What the times of a request are held against; nanoseconds.
package struct OracleTimeRules {
  package var now: Int64
  /// 0: none.
  package var cutoff: Int64
  package var durationMax: Int64
  package var intervalsMax: Int64

  package init(now: Int64, cutoff: Int64, durationMax: Int64, intervalsMax: Int64) {
    self.now = now
    self.cutoff = cutoff
    self.durationMax = durationMax
    self.intervalsMax = intervalsMax
  }

  package enum Answer: Equatable {
    case window(OracleWindow)
    case refused(String)
  }

  private static let second: Int64 = 1_000_000_000

  /// 2.3.
  package static func defaultStep(_ range: Int64) -> Int64 {
    let base = range / 240
    if range < 60 * second {
      let grain = second / 20
      return base > grain ? base / grain * grain : grain
    }
    for grain in [3600, 300, 60, 15, 5, 1] {
      let grain = Int64(grain) * second
      if base > grain { return base / grain * grain }
    }
    return second
  }

  /// 2.4, the checks in the order given there.
  package func range(start: Int64, end requested: Int64, step given: Int64?) -> Answer {
    let step = given ?? Self.defaultStep(requested - start)
    var end = requested
    if start >= end { return .refused("end must be greater than start") }
    if cutoff > 0, end > now - cutoff { end = now - cutoff }
    if start >= end { return .refused("query window falls entirely within query_end_cutoff") }
    if let refusal = tooLong(end - start) { return refusal }
    if intervalsMax > 0, step == 0 || (end - start) / step > intervalsMax {
      let least = GoDuration.format(nanoseconds: (end - start) / intervalsMax)
      return .refused(
        "step of \(GoDuration.format(nanoseconds: step)) is too small, "
          + "minimum step for given range is \(least)")
    }
    var first = start / step * step
    var last = (end + step - 1) / step * step
    if first > step { first -= step }
    if cutoff > 0, last > now - cutoff { last = (now - cutoff) / step * step }
    return .window(
      OracleWindow(start: first, step: step, intervalCount: Int(max(0, last - first) / step)))
  }

  /// 2.5.
  package func instant(start: Int64, end requested: Int64) -> Answer {
    var end = requested
    if start >= end { return .refused("end must be greater than start") }
    if cutoff > 0, end >= now - cutoff {
      var seconds: Int64 = 0
      while end - seconds * Self.second > now - cutoff { seconds += 1 }
      end -= seconds * Self.second
    }
    if start >= end { return .refused("query window falls entirely within query_end_cutoff") }
    if let refusal = tooLong(end - start) { return refusal }
    return .window(OracleWindow(start: start, step: end - start, intervalCount: 1))
  }

  private func tooLong(_ range: Int64) -> Answer? {
    if durationMax == 0 || range <= durationMax { return nil }
    return .refused(
      "metrics query time range exceeds the maximum allowed duration of "
        + GoDuration.format(nanoseconds: durationMax))
  }
}
