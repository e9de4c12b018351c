/// Division of a moment by a step, by multiplication with the reciprocal.
struct IntervalStep {
  private let start: UInt64
  let length: UInt64
  private let reciprocal: UInt64
  let count: UInt64

  init(_ window: MetricsWindow) {
    self.init(
      window, length: window.stepNanoseconds, count: UInt64(window.intervalCount))
  }

  /// `count` steps of `length` nanoseconds from the start of a window on.
  init(_ window: MetricsWindow, length: UInt64, count: UInt64) {
    precondition(length > 0, "a step takes time")
    // A span just after the start has distance 0.
    start = window.startNanoseconds &+ 1
    self.length = length
    reciprocal = UInt64.max / length
    self.count = count
  }

  /// The first moment of an interval of the window.
  @inline(__always)
  func start(of interval: UInt64) -> UInt64 { start &+ interval &* length }

  /// The interval of a span that starts at `moment`; `count` or more outside the window. A moment
  /// before the window wraps around to a distance beyond any window.
  @inline(__always)
  func interval(of moment: UInt64) -> UInt64 {
    let distance = moment &- start
    var quotient = distance.multipliedFullWidth(by: reciprocal).high
    // The reciprocal is rounded down: the quotient is right or short by one or two.
    var rest = distance &- quotient &* length
    if rest >= length {
      quotient &+= 1
      rest &-= length
    }
    if rest >= length { quotient &+= 1 }
    return quotient
  }
}
