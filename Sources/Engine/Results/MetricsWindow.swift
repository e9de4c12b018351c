/// The intervals of a metrics query: `intervalCount` steps from `start` (exclusive) to `end`
/// (inclusive), in Unix nanoseconds (traceql-metrics.md 2.4).
///
/// Interval `i` is `(start + i·step, start + (i + 1)·step]`; its sample is stamped with its right
/// edge.
public struct MetricsWindow: Sendable, Equatable {
  public let startNanoseconds: UInt64
  public let endNanoseconds: UInt64
  public let stepNanoseconds: UInt64
  /// One interval, its sample without a time.
  public let isInstant: Bool
  public let intervalCount: Int

  /// A window whose length is a multiple of `step`.
  public init(start: UInt64, end: UInt64, step: UInt64, isInstant: Bool = false) {
    precondition(step > 0 && end >= start, "a window has a step and does not end before it starts")
    precondition((end - start) % step == 0, "a window is cut into whole steps")
    startNanoseconds = start
    endNanoseconds = end
    stepNanoseconds = step
    self.isInstant = isInstant
    intervalCount = Int((end - start) / step)
  }

  /// The stamp of a sample: the right edge of its interval.
  public func timestampNanoseconds(of interval: Int) -> UInt64 {
    startNanoseconds + UInt64(interval + 1) * stepNanoseconds
  }

  /// The interval of a span that starts at `moment`; nil outside the window.
  public func interval(of moment: UInt64) -> Int? {
    guard moment > startNanoseconds, moment <= endNanoseconds else { return nil }
    return Int((moment - startNanoseconds - 1) / stepNanoseconds)
  }

  public var stepSeconds: Double { Double(stepNanoseconds) / 1e9 }
}
