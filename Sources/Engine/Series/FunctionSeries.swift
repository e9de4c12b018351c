import TraceQL

/// Makes series of the finished table of one function (traceql-metrics.md 4.2, 5 to 8).
struct FunctionSeries {
  let function: MetricsFunctionPlan
  let window: MetricsWindow

  /// `exemplarCount`: of all series together at most.
  func series(_ table: SeriesTable, exemplarCount: Int) -> [MetricsSeries] {
    if function.isEmpty { return [] }
    let table = table.renamed { shown($0) }
    var result: [MetricsSeries]
    switch function.kind {
    case .rate, .count: result = counts(table)
    case .minimum, .maximum, .sum, .average: result = values(table)
    case .histogram: result = histograms(table)
    case .quantiles(let field, let ranks, let method):
      return quantiles(table, field, ranks, method, exemplarCount)
    case .compare: preconditionFailure("comparisons have a table of their own")
    }
    for (row, entries) in table.exemplars.chosen(
      rowCount: table.keys.count, count: exemplarCount
    ).enumerated() { result[row].exemplars = entries.map(\.exemplar) }
    return result.filter(\.hasSample)
  }

  // MARK: Labels

  /// Values as labels carry them; of a key without any value the first says so, unless there are
  /// labels of the function.
  private func shown(_ key: SeriesKey) -> SeriesKey {
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

  private func labels(_ key: SeriesKey, _ own: NamedValue? = nil) -> [NamedValue] {
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
  private func scaled(_ value: Double) -> Double {
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

  // MARK: Quantiles

  private func quantiles(
    _ table: SeriesTable, _ field: Field, _ ranks: [Double],
    _ method: MetricsOptions.QuantileMethod, _ exemplarCount: Int
  ) -> [MetricsSeries] {
    // Rows of one group: one, or one for each bucket.
    var groups: [[Int]] = []
    var numbers: [[Value]: Int] = [:]
    for (row, key) in table.keys.enumerated() {
      if let known = numbers[key.values] {
        groups[known].append(row)
      } else {
        numbers[key.values] = groups.count
        groups.append([row])
      }
    }
    let exemplars = table.exemplars.chosen(rowCount: table.keys.count, count: exemplarCount)
    return groups.flatMap { rows -> [MetricsSeries] in
      let key = table.keys[rows[0]]
      let intervals = (0..<window.intervalCount).map { interval in
        quantiles(ranks, table, rows, interval..<interval + 1, method)
      }
      var series = ranks.indices.map { rank in
        MetricsSeries(
          labels: labels(key, NamedValue(key: "p", value: .float(ranks[rank]))),
          samples: intervals.map { $0[rank] })
      }
      // An exemplar belongs to the rank whose value over the whole window is nearest to its own.
      let own = rows.flatMap { exemplars[$0].map(\.exemplar) }
      if !own.isEmpty {
        let overall = quantiles(ranks, table, rows, 0..<window.intervalCount, method)
        for exemplar in own {
          let nearest = ranks.indices.min {
            (overall[$0] - exemplar.value).magnitude < (overall[$1] - exemplar.value).magnitude
          }
          if let nearest { series[nearest].exemplars.append(exemplar) }
        }
      }
      return series.filter(\.hasSample)
    }
  }

  /// The quantiles of some intervals together; NaN where there is nothing.
  private func quantiles(
    _ ranks: [Double], _ table: SeriesTable, _ rows: [Int], _ intervals: Range<Int>,
    _ method: MetricsOptions.QuantileMethod
  ) -> [Double] {
    let n = window.intervalCount
    switch method {
    case .sketch:
      var sketch = table.cells.sketches[rows[0] * n + intervals.lowerBound]
      for interval in intervals.dropFirst() {
        sketch.merge(table.cells.sketches[rows[0] * n + interval])
      }
      return sketch.quantiles(ranks).map { scaled($0) }
    case .powersOfTwo:
      let buckets = rows.map { row in
        (
          bound: scaled(table.keys[row].bucket?.upperBound ?? 0),
          count: intervals.reduce(0) { $0 + table.cells.counts[row * n + $1] }
        )
      }
      let quantile = PowerQuantile(buckets)
      return ranks.map { quantile.quantile($0) }
    }
  }
}
