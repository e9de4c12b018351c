import TraceQL

/// Makes series of a finished comparison (traceql-metrics.md 9.1): for each side and attribute the
/// most frequent values, a total, and a word about values that were left out.
struct ComparisonSeries {
  let topN: Int
  let window: MetricsWindow

  static let typeKey = "__meta_type"
  static let errorKey = "__meta_error"

  func series(_ table: ComparisonTable, exemplarCount: Int) -> [MetricsSeries] {
    var ranking = ValueRanking(table)
    let exemplars = table.exemplars.chosen(rowCount: 2, count: exemplarCount)
    var result: [MetricsSeries] = []
    for side in ComparisonTable.Side.allCases {
      for (attribute, key) in table.attributes.enumerated() {
        let ranked = ranking.first(topN, of: attribute, side)
        for number in ranked.numbers {
          result.append(
            MetricsSeries(
              labels: labels(Self.typeKey, side.label, key, table.values[number].value),
              samples: table.samples(number, side)))
        }
        let total = table.totals(attribute, side)
        guard total.contains(where: { $0 > 0 }) else { continue }
        // Exemplars hang on an attribute that every span has.
        let own = key == Intrinsic.name.rawValue ? exemplars[side.rawValue].map(\.exemplar) : []
        result.append(
          MetricsSeries(
            labels: labels(Self.typeKey, side.label + "_total", key, .string("nil")),
            samples: total, exemplars: own))
        if ranked.count > ranked.numbers.count { result.append(tooManyValues(key, side)) }
      }
    }
    return merged(result)
  }

  /// Says that not all values are listed; it has no samples.
  private func tooManyValues(_ key: String, _ side: ComparisonTable.Side) -> MetricsSeries {
    MetricsSeries(
      labels: labels(Self.errorKey, "__too_many_values__", key, .string("nil")),
      samples: [Double](repeating: .nan, count: window.intervalCount))
  }

  /// The word about left out values is the same for both sides.
  private func merged(_ series: [MetricsSeries]) -> [MetricsSeries] {
    var errors: Set<[NamedValue]> = []
    return series.filter { !$0.isError || errors.insert($0.labels).inserted }
  }

  private func labels(
    _ meta: String, _ kind: String, _ key: String, _ value: Value
  ) -> [NamedValue] {
    [NamedValue(key: meta, value: .string(kind)), NamedValue(key: key, value: value)]
  }
}

extension ComparisonTable.Side {
  fileprivate var label: String {
    switch self {
    case .baseline: "baseline"
    case .selection: "selection"
    }
  }
}

extension MetricsSeries {
  /// Whether this is the word of `compare()` about values that are not listed.
  public var isError: Bool { labels.first?.key == ComparisonSeries.errorKey }
}
