import Glibc

/// A histogram bucket: the power of two that is the least upper bound of its numbers
/// (traceql-metrics.md 8.1), and one bucket for what is not positive.
struct PowerBucket: Hashable, Comparable, Sendable {
  /// The exponent of the upper bound; `Int32.min` for numbers up to 0.
  let exponent: Int32

  static let notPositive = PowerBucket(exponent: .min)

  init(exponent: Int32) { self.exponent = exponent }

  init(of value: Double) {
    guard value > 0 else {
      self = .notPositive
      return
    }
    guard value.isFinite else {
      exponent = 1024
      return
    }
    exponent = Int32(value.exponent) + (value.significand > 1 ? 1 : 0)
  }

  /// The upper bound, inclusive; 0 for numbers up to 0.
  var upperBound: Double {
    if exponent == .min { return 0 }
    return exponent > 1023
      ? .infinity : Double(sign: .plus, exponent: Int(exponent), significand: 1)
  }

  static func < (a: PowerBucket, b: PowerBucket) -> Bool { a.exponent < b.exponent }
}

/// Quantiles from counts of power-of-two buckets, as Tempo interpolates them (8.2).
struct PowerQuantile {
  /// Ascending bounds (in the unit of the answer) with their counts.
  private let bounds: [Double]
  private let counts: [Double]
  private let total: Double

  /// Scaled counts are cut to integers.
  init(_ buckets: [(bound: Double, count: Double)]) {
    let occupied = buckets.map { ($0.bound, $0.count.rounded(.down)) }.filter { $0.1 > 0 }
      .sorted { $0.0 < $1.0 }
    bounds = occupied.map(\.0)
    counts = occupied.map(\.1)
    total = counts.reduce(0, +)
  }

  /// NaN without numbers.
  func quantile(_ p: Double) -> Double {
    guard total > 0 else { return .nan }
    let rank = max(1, (p * total).rounded(.up))
    var seen = 0.0
    for (index, count) in counts.enumerated() {
      if seen + count < rank {
        seen += count
        continue
      }
      let bound = bounds[index]
      // The bucket of numbers up to 0 has no lower edge to interpolate from.
      if seen + count == rank || bound <= 0 { return bound }
      let high = log2(bound)
      let below = index > 0 ? bounds[index - 1] : 0
      let low = below > 0 ? log2(below) : high - 1
      return exp2(low + (high - low) * ((rank - seen) / count))
    }
    return bounds[bounds.count - 1]
  }
}
