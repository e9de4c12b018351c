import Glibc

/// The vertical axis of a chart: from where to where, and which values it marks.
package struct ValueAxis: Sendable, Equatable {
  package let lower: Double
  package let upper: Double
  /// Ascending, the ends included.
  package let marks: [Double]
  /// Equal distances are equal factors.
  package let isLogarithmic: Bool

  /// An axis for `values` with about `markCount` marks at round distances. Zero belongs to it
  /// unless all values lie far from it in a narrow band.
  ///
  /// Where some times are so much longer than the others that these would lie on the ground, the
  /// axis is logarithmic.
  package init(_ values: some Sequence<Double>, unit: MetricsUnit, markCount: Int) {
    if let marks = Self.logarithmicMarks(values, unit: unit, markCount: markCount) {
      (lower, upper, isLogarithmic) = (marks[0], marks[marks.count - 1], true)
      self.marks = marks
      return
    }
    isLogarithmic = false
    var (low, high) = (Double.infinity, -Double.infinity)
    for value in values where value.isFinite {
      low = min(low, value)
      high = max(high, value)
    }
    if low > high { (low, high) = (0, 1) }
    if low > 0, low < 0.7 * high || low == high { low = 0 }
    if high < 0, high > 0.7 * low || low == high { high = 0 }
    if low == high { high = low + 1 }
    let least = (high - low) / Double(max(1, markCount - 1))
    // Values too far apart, or too close together, for round numbers between them.
    guard least.isFinite, least > 1e-300 else {
      (lower, upper, marks) = (low, high, [low, high])
      return
    }
    let step = Self.step(least, unit: unit)
    let first = (low / step).rounded(.down)
    let last = (high / step).rounded(.up)
    // Values too close together for a double to tell apart have no axis of their own.
    guard last - first >= 1, last - first < 1000 else {
      (lower, upper, marks) = (low, high, [low, high])
      return
    }
    marks = (0...Int(last - first)).map { (first + Double($0)) * step }
    (lower, upper) = (first * step, last * step)
  }

  /// 0 at the lower end, 1 at the upper one; values beyond are held at the ends.
  package func place(_ value: Double) -> Double {
    if isLogarithmic {
      guard value > 0 else { return 0 }
      return min(max((log2(value) - log2(lower)) / (log2(upper) - log2(lower)), 0), 1)
    }
    // Halves, as the difference of great numbers may be none.
    let part = (value / 2 - lower / 2) / (upper / 2 - lower / 2)
    return part.isNaN ? 0 : min(max(part, 0), 1)
  }

  /// Times that people know, a factor of about ten apart.
  private static let knownSeconds: [Double] = [
    1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 60, 600, 3_600, 36_000, 86_400,
    864_000,
  ]
  /// The greatest time is so many times one in the middle, at least.
  private static let logarithmicRatio = 100.0

  /// At least two marks, or nil where distances say more than factors.
  private static func logarithmicMarks(
    _ values: some Sequence<Double>, unit: MetricsUnit, markCount: Int
  ) -> [Double]? {
    guard unit == .seconds else { return nil }
    let sorted = values.filter(\.isFinite).sorted()
    guard let low = sorted.first, let high = sorted.last, low > 0,
      high > logarithmicRatio * sorted[sorted.count / 2],
      let first = knownSeconds.lastIndex(where: { $0 <= low }),
      let last = knownSeconds.firstIndex(where: { $0 >= high }), first < last
    else { return nil }
    // Both ends, and between them as many as there is room for.
    let every = max(1, (last - first + markCount - 1) / max(1, markCount))
    var marks = [knownSeconds[last]]
    for place in stride(from: last - every, to: first, by: -every) {
      marks.append(knownSeconds[place])
    }
    marks.append(knownSeconds[first])
    return marks.reversed()
  }

  /// The smallest round distance that is at least `least`.
  private static func step(_ least: Double, unit: MetricsUnit) -> Double {
    // People count longer times by sixties.
    let clock: [Double] = [60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400]
    if unit == .seconds, least > 30, let step = clock.first(where: { $0 >= least }) { return step }
    var scale = 1.0
    while scale > least { scale /= 10 }
    while scale * 10 <= least { scale *= 10 }
    let step = [1, 2, 2.5, 5, 10].map { $0 * scale }.first { $0 >= least * 0.999 } ?? scale * 10
    return unit == .spans ? max(1, step.rounded(.up)) : step
  }
}
