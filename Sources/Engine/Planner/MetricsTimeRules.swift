import TraceQL

/// How a requested range becomes the intervals of a metrics query (traceql-metrics.md 2): what is
/// refused, in which order, and in Tempo's words.
public struct MetricsTimeRules: Sendable {
  /// Unix nanoseconds now, decided at the edge.
  public var nowNanoseconds: Int64
  /// Nothing younger than this is asked for, as it may still be on its way; 0: everything is.
  public var cutoffNanoseconds: Int64 = 0
  public var durationNanosecondsMax: Int64?
  /// 0: no limit but that of memory.
  public var intervalsMax = 10_000

  public init(nowNanoseconds: Int64) { self.nowNanoseconds = nowNanoseconds }

  /// Why there are no intervals: a sentence for whoever asked.
  public struct Refusal: Error, Equatable {
    public var message: String
  }

  /// Most intervals there can be, whatever `intervalsMax` says: a sample a series each.
  private static let intervalsMaxEver: Int64 = 1 << 24

  /// The window of a range query: `start` and `end` widened to multiples of `step`, and one step
  /// before. `step` nil: chosen by the length of the range.
  public func range(
    start: Int64, end: Int64, step: Int64?
  ) throws(Refusal) -> MetricsWindow {
    let step = step ?? Self.defaultStep(range: end.subtractingReportingOverflow(start).partialValue)
    var end = end
    try check(start: start, end: end)
    if cutoffNanoseconds > 0 {
      end = min(end, nowNanoseconds - cutoffNanoseconds)
      if start >= end { throw Self.fallsIntoCutoff }
    }
    try checkLength(start: start, end: end)
    try check(step: step, range: end - max(start, 0))
    return aligned(start: UInt64(max(start, 0)), end: UInt64(end), step: UInt64(step))
  }

  /// The window of an instant query: `(start, end]` as one interval.
  public func instant(start: Int64, end: Int64) throws(Refusal) -> MetricsWindow {
    var end = end
    try check(start: start, end: end)
    let newest = nowNanoseconds - cutoffNanoseconds
    if cutoffNanoseconds > 0, end >= newest {
      // Whole seconds, so that what was asked for below a second stays.
      let second: Int64 = 1_000_000_000
      end -= (end - newest + second - 1) / second * second
      if start >= end { throw Self.fallsIntoCutoff }
    }
    try checkLength(start: start, end: end)
    let first = UInt64(max(start, 0))
    return MetricsWindow(
      start: first, end: UInt64(end), step: UInt64(end) - first, isInstant: true)
  }

  /// About 240 samples, at a round distance; all in nanoseconds.
  public static func defaultStep(range: Int64) -> Int64 {
    let second: Int64 = 1_000_000_000
    let base = range / 240
    if range < 60 * second {
      let grain: Int64 = 50_000_000
      return max(base / grain * grain, grain)
    }
    for seconds: Int64 in [3_600, 300, 60, 15, 5, 1] where base > seconds * second {
      return base / (seconds * second) * (seconds * second)
    }
    return second
  }

  // MARK: Checks

  private static let fallsIntoCutoff = Refusal(
    message: "query window falls entirely within query_end_cutoff")

  private func check(start: Int64, end: Int64) throws(Refusal) {
    guard start < end, end > 0 else { throw Refusal(message: "end must be greater than start") }
  }

  private func checkLength(start: Int64, end: Int64) throws(Refusal) {
    guard let limit = durationNanosecondsMax else { return }
    let (range, overflows) = end.subtractingReportingOverflow(start)
    guard overflows || range > limit else { return }
    throw Refusal(
      message: "metrics query time range exceeds the maximum allowed duration of "
        + GoDuration.format(nanoseconds: limit))
  }

  private func check(step: Int64, range: Int64) throws(Refusal) {
    let limit = intervalsMax > 0 ? Int64(intervalsMax) : Self.intervalsMaxEver
    guard step <= 0 || range / step > limit else { return }
    throw Refusal(
      message: "step of \(GoDuration.format(nanoseconds: step)) is too small, minimum step for "
        + "given range is \(GoDuration.format(nanoseconds: range / limit))")
  }

  private func aligned(start: UInt64, end: UInt64, step: UInt64) -> MetricsWindow {
    var first = start / step * step
    var last = end / step * step
    if last < end { last = last.addingReportingOverflow(step).overflow ? last : last + step }
    if first > step { first -= step }
    if cutoffNanoseconds > 0 {
      let newest = UInt64(max(nowNanoseconds - cutoffNanoseconds, 0))
      if last > newest { last = newest / step * step }
    }
    return MetricsWindow(start: first, end: max(first, last), step: step)
  }
}
