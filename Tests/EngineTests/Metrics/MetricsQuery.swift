import Columns
import Oracle
import Storage
import TraceQL

@testable import Engine

/// A metrics query run over units in memory, from its text to its series.
struct MetricsQuery {
  let plan: MetricsPlan
  let window: MetricsWindow
  var exemplarCount = 0
  var rowsMax = 10_000

  init(
    _ text: String, _ window: MetricsWindow, quantiles: MetricsOptions.QuantileMethod = .sketch
  ) throws {
    let parsed = Query.parse(text)
    guard parsed.isValid, let query = parsed.query else {
      throw UnitQuery.Invalid(description: "\(text): \(parsed.diagnostics.map { "\($0.code)" })")
    }
    var options = MetricsOptions()
    options.quantiles = quantiles
    plan = MetricsPlan(query, options: options)
    self.window = window
  }

  var emptyPartial: MetricsPartial {
    MetricsPartial(
      plan.functions, intervalCount: window.intervalCount, rowsMax: rowsMax,
      exemplarSlots: exemplarCount)
  }

  func partial(_ unit: any SpanUnit) throws -> MetricsPartial {
    var partial = emptyPartial
    try plan.add(
      unit, traces: Bitmap(count: unit.traceCount, filled: true), window, to: &partial)
    return partial
  }

  func series(_ partial: MetricsPartial) -> [MetricsSeries] {
    let evaluation = MetricsEvaluation(
      plan: plan, window: window, partial: partial, exemplarCount: exemplarCount)
    return SeriesOrder.sorted(evaluation.series())
  }

  /// All traces in one unit.
  func series(
    _ traces: [StoredTrace], storing: MemoryUnit.Storing = .columns
  ) throws -> [MetricsSeries] {
    series(try partial(MemoryUnit(traces, storing: storing)))
  }
}
