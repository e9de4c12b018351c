import TraceQL

/// Makes series of the finished table of one function (traceql-metrics.md 4.2, 5 to 8).
struct FunctionSeries {
  let function: MetricsFunctionPlan
  let window: MetricsWindow

  /// `exemplarCount`: of all series together at most.
  func series(_ table: SeriesTable, exemplarCount: Int) -> [MetricsSeries] {
    if function.listsNothing { return [] }
    let table = table.renamed(shown)
    var result: [MetricsSeries]
    switch function.kind {
    case .rate, .count: result = counts(table)
    case .minimum, .maximum, .sum, .average: result = values(table)
    case .histogram: result = histograms(table)
    case .quantiles(_, let ranks, let method):
      let quantiles = QuantileSeries(
        maker: self, table: table, ranks: ranks, method: method, exemplarCount: exemplarCount)
      return quantiles.series(0..<quantiles.groupCount)
    case .compare: preconditionFailure("comparisons have a table of their own")
    }
    for (row, entries) in table.chosenExemplars(exemplarCount).enumerated() {
      result[row].exemplars = entries.map(\.exemplar)
    }
    return result.filter(\.hasSample)
  }

  // MARK: Labels

  /// Values as labels carry them; of a key without any value the first says so, unless there are
  /// labels of the function.
  func shown(_ key: SeriesKey) -> SeriesKey {
    var shown = SeriesKey(values: key.values.map(\.label), bucket: key.bucket)
    if !shown.values.isEmpty, !hasOwnLabel, shown.values.allSatisfy({ $0 == .nil }) {
      shown.values[0] = .string("nil")
    }
    return shown
  }

  private var hasOwnLabel: Bool {
    switch function.kind {
    case .histogram, .quantiles: true
    default: false
    }
  }

  func labels(_ key: SeriesKey, _ own: NamedValue? = nil) -> [NamedValue] {
    var labels = zip(function.groupBy, key.values).filter { $0.1 != .nil }.map {
      NamedValue(key: $0.description, value: $1)
    }
    if let own { labels.append(own) }
    if labels.isEmpty {
      labels.append(NamedValue(key: [NamedValue].nameKey, value: .string(function.name)))
    }
    return labels
  }

  /// Durations were counted in nanoseconds.
  func scaled(_ value: Double) -> Double {
    function.argument?.isDuration == true ? value / 1e9 : value
  }

  // MARK: Samples

  private func counts(_ table: SeriesTable) -> [MetricsSeries] {
    var factor = 1.0
    if case .rate = function.kind { factor = 1 / window.stepSeconds }
    if table.keys.isEmpty, function.groupBy.isEmpty {
      // Nothing was found: that is an answer, too.
      return [
        MetricsSeries(
          labels: labels(SeriesKey(values: [])),
          samples: [Double](repeating: 0, count: window.intervalCount))
      ]
    }
    return table.keys.enumerated().map { row, key in
      MetricsSeries(
        labels: labels(key),
        samples: table.cells.cells(of: row).map { table.cells.counts[$0] * factor })
    }
  }

  private func values(_ table: SeriesTable) -> [MetricsSeries] {
    let cells = table.cells
    return table.keys.enumerated().map { row, key in
      let samples = cells.cells(of: row).map { cell -> Double in
        switch function.kind {
        case .minimum, .maximum: return scaled(cells.values[cell])
        case .average:
          guard cells.counts[cell] > 0 else { return .nan }
          return scaled((cells.values[cell] + cells.remainders[cell]) / cells.counts[cell])
        default:
          guard cells.counts[cell] > 0 else { return .nan }
          return scaled(cells.values[cell] + cells.remainders[cell])
        }
      }
      return MetricsSeries(labels: labels(key), samples: samples)
    }
  }

  /// An interval of which no bucket of the group has anything is missing; otherwise an empty bucket
  /// is 0.
  private func histograms(_ table: SeriesTable) -> [MetricsSeries] {
    var totals: [[Value]: [Double]] = [:]
    for (row, key) in table.keys.enumerated() {
      let counts = table.cells.cells(of: row).map { table.cells.counts[$0] }
      totals[key.values] = totals[key.values].map { zip($0, counts).map(+) } ?? counts
    }
    return table.keys.enumerated().map { row, key in
      let bound = NamedValue(
        key: "__bucket", value: .float(scaled(key.bucket?.upperBound ?? 0)))
      let samples = zip(table.cells.cells(of: row), totals[key.values] ?? []).map { cell, total in
        total > 0 ? table.cells.counts[cell] : .nan
      }
      return MetricsSeries(labels: labels(key, bound), samples: samples)
    }
  }
}
