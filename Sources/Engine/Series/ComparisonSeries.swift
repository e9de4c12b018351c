import TraceQL

/// Makes series of a finished comparison (traceql-metrics.md 9.1): for each side and attribute the
/// most frequent values, a total, and a word about values that were left out.
struct ComparisonSeries {
  let topN: Int
  let window: MetricsWindow

  static let typeKey = "__meta_type"
  static let errorKey = "__meta_error"

  func series(_ table: ComparisonTable, exemplarCount: Int) -> [MetricsSeries] {
    let totals = table.valueTotals()
    var valuesOf = [[Int]](repeating: [], count: table.attributes.count)
    for (number, value) in table.values.enumerated() { valuesOf[value.attribute].append(number) }
    let exemplars = table.exemplars.chosen(rowCount: 2, count: exemplarCount)
    var result: [MetricsSeries] = []
    for side in ComparisonTable.Side.allCases {
      for (attribute, key) in table.attributes.enumerated() {
        let ranked = valuesOf[attribute].filter { totals[$0][side.rawValue] > 0 }
          .map {
            (
              number: $0, total: totals[$0][side.rawValue], text: text(table.values[$0].value),
              rank: SeriesOrder.rank(table.values[$0].value)
            )
          }
          .sorted { a, b in
            if a.total != b.total { return a.total > b.total }
            return a.text != b.text ? a.text.lexicographicallyPrecedes(b.text) : a.rank < b.rank
          }
        for value in ranked.prefix(topN) {
          result.append(
            MetricsSeries(
              labels: labels(Self.typeKey, side.label, key, table.values[value.number].value),
              samples: table.samples(value.number, side)))
        }
        let total = table.totals(attribute, side)
        guard total.contains(where: { $0 > 0 }) else { continue }
        // Exemplars hang on an attribute that every span has.
        let own = key == Intrinsic.name.rawValue ? exemplars[side.rawValue].map(\.exemplar) : []
        result.append(
          MetricsSeries(
            labels: labels(Self.typeKey, side.label + "_total", key, .string("nil")),
            samples: total, exemplars: own))
        if ranked.count > topN { result.append(tooManyValues(key, side)) }
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

  private func text(_ value: Value) -> [UInt8] {
    switch value {
    case .string(let text): Array(text.utf8)
    case .int(let value): Array("\(value)".utf8)
    case .float(let value): Array(FloatText.format(value).utf8)
    case .bool(let value): Array("\(value)".utf8)
    default: []
    }
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
