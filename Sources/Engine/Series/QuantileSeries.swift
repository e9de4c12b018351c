/// Makes the series of `quantile_over_time`, group by group: workers share the groups, for there
/// is a sketch for each of them in every interval.
struct QuantileSeries: Sendable {
  private let maker: FunctionSeries
  private let table: SeriesTable
  private let ranks: [Double]
  private let method: MetricsOptions.QuantileMethod
  /// Rows of the table by group: one, or one for each bucket.
  private let groups: [[Int]]
  /// By row.
  private let exemplars: [[ExemplarTable.Entry]]

  var groupCount: Int { groups.count }

  /// `table` has its keys as they are shown.
  init(
    maker: FunctionSeries, table: SeriesTable, ranks: [Double],
    method: MetricsOptions.QuantileMethod, exemplarCount: Int
  ) {
    self.maker = maker
    self.table = table
    self.ranks = ranks
    self.method = method
    groups = Dictionary(grouping: table.keys.indices) { table.keys[$0].values }.values
      .sorted { $0[0] < $1[0] }
    exemplars = table.chosenExemplars(exemplarCount)
  }

  /// The same series as `FunctionSeries` makes, by several workers; nil: not a function of
  /// quantiles.
  static func series(
    _ maker: FunctionSeries, _ table: SeriesTable, exemplarCount: Int, threadCount: Int
  ) async -> [MetricsSeries]? {
    guard case .quantiles(_, let ranks, let method) = maker.function.kind,
      !maker.function.listsNothing
    else { return nil }
    let quantiles = QuantileSeries(
      maker: maker, table: table.renamed(maker.shown), ranks: ranks, method: method,
      exemplarCount: exemplarCount)
    return await WorkQueue.flatMap(quantiles.groupCount, threadCount) { quantiles.series($0) }
  }

  /// Of the groups of a range.
  func series(_ range: Range<Int>) -> [MetricsSeries] { groups[range].flatMap { series($0) } }

  private func series(_ rows: [Int]) -> [MetricsSeries] {
    let key = table.keys[rows[0]]
    let intervals = (0..<maker.window.intervalCount).map { quantiles(rows, $0..<$0 + 1) }
    var series = ranks.indices.map { rank in
      MetricsSeries(
        labels: maker.labels(key, NamedValue(key: "p", value: .float(ranks[rank]))),
        samples: intervals.map { $0[rank] })
    }
    // An exemplar belongs to the rank whose value over the whole window is nearest to its own.
    let own = rows.flatMap { exemplars[$0].map(\.exemplar) }
    if !own.isEmpty {
      let overall = quantiles(rows, 0..<maker.window.intervalCount)
      for exemplar in own {
        let nearest = ranks.indices.min {
          (overall[$0] - exemplar.value).magnitude < (overall[$1] - exemplar.value).magnitude
        }
        if let nearest { series[nearest].exemplars.append(exemplar) }
      }
    }
    return series.filter(\.hasSample)
  }

  /// The quantiles of some intervals together; NaN where there is nothing.
  private func quantiles(_ rows: [Int], _ intervals: Range<Int>) -> [Double] {
    let n = maker.window.intervalCount
    switch method {
    case .sketch:
      var sketch = table.cells.sketches[rows[0] * n + intervals.lowerBound]
      for interval in intervals.dropFirst() {
        sketch.merge(table.cells.sketches[rows[0] * n + interval])
      }
      return sketch.quantiles(ranks).map { maker.scaled($0) }
    case .powersOfTwo:
      let buckets = rows.map { row in
        (
          bound: maker.scaled(table.keys[row].bucket?.upperBound ?? 0),
          count: intervals.reduce(0) { $0 + table.cells.counts[row * n + $1] }
        )
      }
      let quantile = PowerQuantile(buckets)
      return ranks.map { quantile.quantile($0) }
    }
  }
}
