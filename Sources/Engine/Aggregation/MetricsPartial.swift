/// A partial result of a whole metrics query: one table for each function.
///
/// Merging is associative and commutative, and loses nothing: how spans were divided between
/// workers, blocks or machines does not show.
package struct MetricsPartial: Sendable {
  /// By function; that of a comparison stays empty.
  var series: [SeriesTable]
  /// By function; only those of comparisons are filled.
  var comparisons: [ComparisonTable]

  init(
    _ functions: [MetricsFunctionPlan], intervalCount: Int, rowsMax: Int, exemplarSlots: Int
  ) {
    let exemplars = ExemplarTable(slotCount: exemplarSlots)
    series = functions.map {
      SeriesTable(
        kind: $0.cells, intervalCount: intervalCount, rowsMax: rowsMax, exemplars: exemplars)
    }
    comparisons = functions.map { _ in
      ComparisonTable(intervalCount: intervalCount, valuesMax: rowsMax * 8, exemplars: exemplars)
    }
  }

  init(series: [SeriesTable], comparisons: [ComparisonTable]) {
    precondition(series.count == comparisons.count, "every function has both tables")
    self.series = series
    self.comparisons = comparisons
  }

  var isTruncated: Bool {
    series.contains(where: \.isTruncated) || comparisons.contains(where: \.isTruncated)
  }

  var memoryBytes: Int {
    series.reduce(0) { $0 + $1.cells.memoryBytes } + comparisons.reduce(0) { $0 + $1.memoryBytes }
  }

  /// So many series of each function at most, for who does not wait for all.
  func cut(to count: Int) -> MetricsPartial {
    var result = self
    result.series = series.map { $0.cut(to: count) }
    return result
  }

  package mutating func merge(_ other: MetricsPartial) {
    precondition(series.count == other.series.count, "partial results of one query merge")
    for i in series.indices {
      series[i].merge(other.series[i])
      comparisons[i].merge(other.comparisons[i])
    }
  }
}
