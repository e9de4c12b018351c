import TraceQL

/// Arithmetic between series, and between series and numbers (traceql-metrics.md 11).
enum SeriesArithmetic {
  static func apply(_ op: ArithmeticOperator, _ left: Double, _ right: Double) -> Double {
    switch op {
    case .add: left + right
    case .subtract: left - right
    case .multiply: left * right
    // Nothing can be said of a division by zero.
    case .divide: right == 0 ? .nan : left / right
    case .modulo, .power: preconditionFailure("the parser knows no such operator here")
    }
  }

  /// Every sample with a number.
  static func map(
    _ series: [MetricsSeries], _ change: (Double) -> Double
  ) -> [MetricsSeries] {
    series.compactMap { series in
      var result = series
      result.samples = series.samples.map(change)
      for i in result.exemplars.indices {
        result.exemplars[i].value = change(result.exemplars[i].value)
      }
      return result.hasSample ? result : nil
    }
  }

  /// Series with the same labels, or with the one series of the other side that has none.
  static func combine(
    _ op: ArithmeticOperator, _ left: [MetricsSeries], _ right: [MetricsSeries]
  ) -> [MetricsSeries] {
    let lefts = Side(left)
    let rights = Side(right)
    let keys = rights.unlabelled != nil ? lefts.keys : rights.keys
    return keys.compactMap { key in
      guard let (a, leftIsSpread) = lefts.series(key), let (b, rightIsSpread) = rights.series(key)
      else { return nil }
      var labels = a.labels.withoutName
      labels += b.labels.withoutName.filter { label in !labels.contains { $0.key == label.key } }
      if let first = a.labels.name, let second = b.labels.name {
        let name = "(\(first) \(op.rawValue) \(second))"
        labels.append(NamedValue(key: [NamedValue].nameKey, value: .string(name)))
      }
      let result = MetricsSeries(
        labels: labels, samples: zip(a.samples, b.samples).map { apply(op, $0, $1) },
        exemplars: joined(leftIsSpread ? [] : a.exemplars, rightIsSpread ? [] : b.exemplars))
      return result.hasSample ? result : nil
    }
  }

  /// The exemplars of both sides; a function that stands on both is computed once, and gave each
  /// of them the same.
  private static func joined(
    _ left: [MetricsExemplar], _ right: [MetricsExemplar]
  ) -> [MetricsExemplar] {
    left
      + right.filter { own in
        !left.contains {
          $0.timestampNanoseconds == own.timestampNanoseconds && $0.labels == own.labels
        }
      }
  }

  /// One operand, by labels.
  private struct Side {
    private(set) var keys: [[NamedValue]] = []
    private(set) var unlabelled: MetricsSeries?
    private var byKey: [[NamedValue]: MetricsSeries] = [:]

    init(_ series: [MetricsSeries]) {
      for series in series {
        let key = series.labels.withoutName
        keys.append(key)
        byKey[key] = series
        if key.isEmpty { unlabelled = series }
      }
    }

    func series(_ key: [NamedValue]) -> (series: MetricsSeries, isSpread: Bool)? {
      if let own = byKey[key] { return (own, false) }
      return unlabelled.map { ($0, true) }
    }
  }
}
