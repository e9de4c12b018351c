import Columns
import Storage
import TraceQL

/// Evaluates a search plan over one unit: probes, then filters narrowing the unit, then the stages.
struct UnitSearch {
  let plan: SearchPlan

  /// What matched: a (narrowed) unit and the spansets that left the last stage.
  struct Matches {
    var context: UnitContext
    var state: SpansetState
  }

  /// `traces`: which traces of the unit to look at. nil: nothing matches.
  func run(_ unit: any SpanUnit, traces: Bitmap) throws(StorageError) -> Matches? {
    if traces.isEmpty { return nil }
    var unit = traces.populationCount == unit.traceCount ? unit : try unit.narrowed(to: traces)
    if let possible = try possibleTraces(plan.condition, unit) {
      if possible.isEmpty { return nil }
      if possible.isWorthNarrowing { unit = try unit.narrowed(to: possible) }
    }
    var scope = NarrowingScope(context: try UnitContext(unit))
    for id in plan.necessaryFilters where !plan.filters[id].keepsAll {
      if try !scope.narrow(by: plan.filters[id]) { return nil }
    }
    let runner = StageRunner(
      context: scope.context, filters: plan.filters, known: scope.filterResults)
    let state = try runner.run(plan.stages, runner.input())
    return state.selected.isEmpty ? nil : Matches(context: scope.context, state: state)
  }

  /// Traces that may match as far as single columns can tell; nil = no opinion.
  private func possibleTraces(
    _ condition: TraceCondition, _ unit: any SpanUnit
  ) throws(StorageError) -> Bitmap? {
    switch condition {
    case .always: return nil
    case .never: return Bitmap(count: unit.traceCount)
    case .probe(let probe, _): return try unit.traces(matching: probe)
    case .all(let parts):
      var result: Bitmap?
      for part in parts {
        guard let possible = try possibleTraces(part, unit) else { continue }
        result = result?.intersection(possible) ?? possible
        if result?.isEmpty == true { return result }
      }
      return result
    case .any(let parts):
      var result = Bitmap(count: unit.traceCount)
      for part in parts {
        guard let possible = try possibleTraces(part, unit) else { return nil }
        result.formUnion(possible)
      }
      return result
    }
  }
}

/// The unit while it shrinks, and the filter results that shrink with it.
struct NarrowingScope {
  private(set) var context: UnitContext
  private(set) var filterResults: [Int: Bitmap] = [:]

  init(context: UnitContext) { self.context = context }

  /// Evaluates a filter every match needs; drops traces without it. False: none is left.
  mutating func narrow(by filter: FilterPlan) throws(StorageError) -> Bool {
    var selection = try context.allSpans()
    for part in filter.spanParts {
      selection = try context.evaluate(part, in: selection)
      if selection.isEmpty { return false }
      selection = try narrowIfWorthwhile(selection)
    }
    if !filter.correlatedParts.isEmpty {
      selection = try context.evaluateCorrelated(filter.correlatedParts, in: selection)
      if selection.isEmpty { return false }
      selection = try narrowIfWorthwhile(selection)
    }
    filterResults[filter.id] = selection
    return true
  }

  private mutating func narrowIfWorthwhile(_ selection: Bitmap) throws(StorageError) -> Bitmap {
    let offsets = context.layout.spansOfTrace
    let traces = selection.gathered(offsets)
    guard traces.isWorthNarrowing else { return selection }
    for (id, result) in filterResults {
      filterResults[id] = result.narrowed(to: traces, offsets: offsets)
    }
    context = try UnitContext(context.unit.narrowed(to: traces))
    return selection.narrowed(to: traces, offsets: offsets)
  }
}

extension Bitmap {
  /// Copying columns for fewer traces pays once half of them are gone.
  var isWorthNarrowing: Bool { populationCount * 2 < count }
}
