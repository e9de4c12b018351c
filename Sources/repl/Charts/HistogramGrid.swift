package import Engine

/// The series of one group of `histogram_over_time`, by bucket.
package struct HistogramGrid: Sendable, Equatable {
  /// The group's labels; empty without `by`.
  package var labels: [NamedValue]
  /// Upper bounds, ascending; buckets between two seen ones are there too, as long as they are few.
  package var bounds: [Double]
  /// For each bound a count for each interval.
  package var counts: [[Double]]

  package static let bucketKey = "__bucket"
  /// More rows than this are not filled up.
  private static let rowCountMax = 40

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
      while let last = bounds.last, last > 0, last * 2 < bucket.bound * 0.99,
        bounds.count < Self.rowCountMax
      {
        bounds.append(last * 2)
        counts.append([Double](repeating: 0, count: intervalCount))
      }
      bounds.append(bucket.bound)
      counts.append(bucket.samples)
    }
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
