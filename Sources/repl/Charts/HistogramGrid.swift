package import Engine

/// The series of one group of `histogram_over_time`, by bucket.
package struct HistogramGrid: Sendable, Equatable {
  /// The group's labels; empty without `by`.
  package var labels: [NamedValue]
  /// Upper bounds, ascending; buckets between two seen ones are there too, as long as they are few.
  /// Where they are many, NaN stands for them all.
  package var bounds: [Double]
  /// For each bound a count for each interval.
  package var counts: [[Double]]

  package static let bucketKey = "__bucket"
  /// Longer rows of empty buckets are left out.
  private static let gapMax = 3

  /// The groups of an answer, those with most spans first.
  package static func groups(_ series: [MetricsSeries]) -> [HistogramGrid] {
    var order: [[NamedValue]] = []
    var members: [[NamedValue]: [(bound: Double, samples: [Double])]] = [:]
    for one in series {
      let labels = one.labels.filter { $0.key != bucketKey }
      guard let bound = one.labels.first(where: { $0.key == bucketKey })?.value.asDouble else {
        continue
      }
      if members[labels] == nil { order.append(labels) }
      let samples = one.samples.map { $0.isNaN ? 0 : $0 }
      members[labels, default: []].append((bound, samples))
    }
    let grids = order.map { HistogramGrid($0, members[$0] ?? []) }
    let totals = grids.map { $0.counts.joined().reduce(0, +) }
    return grids.indices.sorted { totals[$0] == totals[$1] ? $0 < $1 : totals[$0] > totals[$1] }
      .map { grids[$0] }
  }

  private init(_ labels: [NamedValue], _ buckets: [(bound: Double, samples: [Double])]) {
    self.labels = labels
    let sorted = buckets.sorted { $0.bound < $1.bound }
    let intervalCount = sorted.first?.samples.count ?? 0
    bounds = []
    counts = []
    for bucket in sorted {
      // Bounds are powers of two: the empty ones between belong to the picture.
      let between = Self.powers(after: bounds.last ?? bucket.bound, before: bucket.bound)
      bounds += between.count <= Self.gapMax ? between : [.nan]
      while counts.count < bounds.count {
        counts.append([Double](repeating: 0, count: intervalCount))
      }
      bounds.append(bucket.bound)
      counts.append(bucket.samples)
    }
  }
}

extension HistogramGrid {
  /// The doublings of `low` below `high`; none of what is not positive.
  private static func powers(after low: Double, before high: Double) -> [Double] {
    var found: [Double] = []
    var next = low * 2
    while low > 0, next < high * 0.99, found.count <= gapMax {
      found.append(next)
      next *= 2
    }
    return found
  }

  /// What a bound is called on an axis.
  static func text(_ bound: Double, unit: MetricsUnit) -> String {
    bound.isNaN ? "⋮" : bound <= 0 ? "≤ 0" : unit.readable(bound)
  }
}

extension Value {
  /// Ints and floats as a float.
  var asDouble: Double? {
    switch self {
    case .int(let value): Double(value)
    case .float(let value): value
    default: nil
    }
  }
}
