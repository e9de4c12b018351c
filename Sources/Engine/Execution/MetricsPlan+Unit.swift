import Columns
import Storage

/// A metrics plan over one unit, which is what a worker does at a time.
extension MetricsPlan {
  /// Adds what every function makes of the unit; `traces`: which traces to look at.
  func add(
    _ unit: any SpanUnit, traces: Bitmap, _ window: MetricsWindow, to partial: inout MetricsPartial
  ) throws(StorageError) {
    for (index, function) in functions.enumerated() where !function.isEmpty {
      if case .compare(let comparison) = function.kind {
        try ComparisonAggregator(function: function, comparison: comparison, window: window)
          .add(unit, traces: traces, to: &partial.comparisons[index])
      } else {
        try UnitAggregator(function: function, window: window)
          .add(unit, traces: traces, to: &partial.series[index])
      }
    }
  }

  /// Slots of time a series has for exemplars.
  static let exemplarSlotsMax = 64

  /// Exemplars of each function: the query's hint, at most `limit` in all.
  func exemplarCount(limit: Int, isInstant: Bool) -> Int {
    if isInstant { return 0 }
    let wanted = min(exemplarsHint ?? limit, limit)
    return wanted == 0 ? 0 : max(1, wanted / max(1, functions.count))
  }
}
