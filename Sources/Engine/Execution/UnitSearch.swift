import Columns
import Storage
import TraceQL

/// Evaluates a search plan over one unit: probes, then filters narrowing the unit, then the stages.
struct UnitSearch {
  let plan: SearchPlan
  var limits = QueryLimits()
  var recorder: UnitRecorder?

  /// What matched: a (narrowed) unit and the spansets that left the last stage.
  struct Matches {
    var context: UnitContext
    /// Spansets of different layers may share spans, those of one layer do not.
    var layers: [SpansetState]
  }

  /// `traces`: which traces of the unit to look at. nil: nothing matches.
  func run(_ unit: any SpanUnit, traces: Bitmap) throws(StorageError) -> Matches? {
    if traces.isEmpty { return nil }
    if try !plan.condition.mayHold(in: unit) { return nil }
    var scope = try NarrowingScope(unit, traces: traces, limits: limits, recorder: recorder)
    for id in plan.necessaryFilters where !plan.filters[id].keepsAll {
      if try !scope.narrow(by: plan.filters[id]) { return nil }
    }
    let context = try scope.context()
    let runner = StageRunner(
      context: context, filters: plan.filters, known: scope.filterResults,
      spans: scope.spans, recorder: recorder)
    let layers = try runner.runRecorded(plan.stages, runner.input())
    return layers[0].selected.isEmpty ? nil : Matches(context: context, layers: layers)
  }
}

extension Bitmap {
  /// Copying columns for fewer traces pays once half of them are gone.
  var isWorthNarrowing: Bool { populationCount * 2 < count }
}
