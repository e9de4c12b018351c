import TraceQL

/// What follows a function or an arithmetic expression: `topk`, `bottomk` and comparisons
/// (traceql-metrics.md 10).
extension [MetricsSeries] {
  func applying(_ stages: [MetricsSecondStage], _ window: MetricsWindow) -> [MetricsSeries] {
    stages.reduce(self) { series, stage in
      switch stage {
      case .top(let count): series.extreme(Int(clamping: count), window) { $0 > $1 }
      case .bottom(let count): series.extreme(Int(clamping: count), window) { $0 < $1 }
      case .compare(let op, let literal): series.compared(op, literal.seconds, window)
      }
    }
  }

  /// At every time the `count` series that come first; with so few series, all of them.
  private func extreme(
    _ limit: Int, _ window: MetricsWindow, precedes: (Int, Int) -> Bool
  ) -> [MetricsSeries] {
    if count <= limit { return self }
    // Series in the order of their labels, so that ties are settled by comparing numbers.
    let ranks = labelRanks()
    let descends = precedes(1, 0)
    var result = map { MetricsSeries(labels: $0.labels, samples: $0.samples.map { _ in .nan }) }
    for interval in 0..<window.intervalCount {
      let present = indices.filter { !self[$0].samples[interval].isNaN }
      let first = present.sorted { a, b in
        let x = self[a].samples[interval]
        let y = self[b].samples[interval]
        if x != y { return descends ? x > y : x < y }
        return precedes(ranks[a], ranks[b])
      }.prefix(limit)
      for index in first { result[index].samples[interval] = self[index].samples[interval] }
    }
    return zip(result, self).compactMap { $0.withExemplars(of: $1, window) }
  }

  /// The place of each series in the order of `SeriesOrder.isLess`.
  private func labelRanks() -> [Int] {
    let order = indices.sorted { SeriesOrder.isLess(self[$0].labels, self[$1].labels) }
    var ranks = [Int](repeating: 0, count: count)
    for (rank, index) in order.enumerated() { ranks[index] = rank }
    return ranks
  }

  private func compared(
    _ op: ComparisonOperator, _ constant: Double, _ window: MetricsWindow
  ) -> [MetricsSeries] {
    compactMap { series in
      var kept = series
      kept.exemplars = []
      for (i, value) in series.samples.enumerated() where !op.holds(value, constant) {
        kept.samples[i] = .nan
      }
      return kept.withExemplars(of: series, window)
    }
  }
}

extension MetricsSeries {
  var hasSample: Bool { samples.contains { !$0.isNaN } }

  /// With those exemplars of another series whose sample is still there; nil without any sample.
  fileprivate func withExemplars(
    of other: MetricsSeries, _ window: MetricsWindow
  ) -> MetricsSeries? {
    guard hasSample else { return nil }
    var result = self
    result.exemplars = other.exemplars.filter { exemplar in
      window.interval(ofExemplar: exemplar).map { !samples[$0].isNaN } ?? false
    }
    return result
  }
}

extension MetricsWindow {
  /// The interval an exemplar is shown in: found by the millisecond that is shown.
  func interval(ofExemplar exemplar: MetricsExemplar) -> Int? {
    interval(of: exemplar.timestampNanoseconds / 1_000_000 * 1_000_000)
  }
}

extension ComparisonOperator {
  /// NaN, which is a missing sample, never passes.
  fileprivate func holds(_ value: Double, _ constant: Double) -> Bool {
    switch self {
    case .equal: value == constant
    case .notEqual: value < constant || value > constant
    case .less: value < constant
    case .lessOrEqual: value <= constant
    case .greater: value > constant
    case .greaterOrEqual: value >= constant
    case .matches, .notMatches: false
    }
  }
}

extension Literal {
  /// A comparison's constant: durations are compared in seconds.
  fileprivate var seconds: Double {
    switch self {
    case .int(let value): Double(value)
    case .float(let value): value
    case .duration(let nanoseconds): Double(nanoseconds) / 1e9
    default: .nan
    }
  }
}
