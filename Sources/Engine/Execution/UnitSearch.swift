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
    var scope = try scope(unit, traces)
    for id in plan.necessaryFilters where !plan.filters[id].keepsAll {
      if try !scope.narrow(by: plan.filters[id]) { return nil }
    }
    let runner = StageRunner(
      context: scope.context, filters: plan.filters, known: scope.filterResults,
      spans: scope.spans, recorder: recorder)
    let layers = try runner.runRecorded(plan.stages, runner.input())
    return layers[0].selected.isEmpty ? nil : Matches(context: scope.context, layers: layers)
  }

  /// Few unwanted traces are left unmarked rather than cut out: whole pages are decoded fastest.
  private func scope(
    _ unit: any SpanUnit, _ traces: Bitmap
  ) throws(StorageError) -> NarrowingScope {
    if traces.populationCount == unit.traceCount {
      return NarrowingScope(
        context: try UnitContext(unit, limits: limits), spans: nil, recorder: recorder)
    }
    if traces.isWorthNarrowing {
      return NarrowingScope(
        context: try UnitContext(unit.narrowed(to: traces), limits: limits), spans: nil,
        recorder: recorder)
    }
    let context = try UnitContext(unit, limits: limits)
    return NarrowingScope(
      context: context, spans: traces.spread(context.layout.spansOfTrace), recorder: recorder)
  }
}

/// The unit while it shrinks, and the filter results that shrink with it.
struct NarrowingScope {
  private(set) var context: UnitContext
  private(set) var filterResults: [Int: Bitmap] = [:]
  /// The spans that are looked at; nil: all.
  private(set) var spans: Bitmap?

  private let recorder: UnitRecorder?

  init(context: UnitContext, spans: Bitmap?, recorder: UnitRecorder?) {
    self.context = context
    self.spans = spans
    self.recorder = recorder
  }

  /// Evaluates a filter every match needs; drops traces without it. False: none is left.
  mutating func narrow(by filter: FilterPlan) throws(StorageError) -> Bool {
    // Copies of spans in merged traces may count here: telling them apart costs more than looking
    // at them, and they drop out when the stages run.
    var selection = spans ?? Bitmap(count: context.spanCount, filled: true)
    for (number, part) in filter.spanParts.enumerated() {
      if try !probe(part, &selection, .probe(filter: filter.id, part: number)) { return false }
      selection = try recorder.measure(
        .filter(filter: filter.id, part: number), rowsIn: selection.populationCount,
        rowsOut: \.populationCount,
        run: { () throws(StorageError) in try context.evaluate(part, in: selection) })
      if selection.isEmpty { return false }
      selection = try narrowIfWorthwhile(selection)
    }
    if !filter.correlatedParts.isEmpty {
      let first = filter.spanParts.count
      for (number, part) in filter.correlatedParts.enumerated()
      where try !probe(part, &selection, .probe(filter: filter.id, part: first + number)) {
        return false
      }
      selection = try recorder.measure(
        .correlated(filter: filter.id), rowsIn: selection.populationCount,
        rowsOut: \.populationCount,
        run: { () throws(StorageError) in
          try context.evaluateCorrelated(filter.correlatedParts, in: selection)
        })
      if selection.isEmpty { return false }
      selection = try narrowIfWorthwhile(selection)
    }
    filterResults[filter.id] = selection
    return true
  }

  /// Rare values of long lists are looked for first, without decoding where they are not; the
  /// traces without them are dropped. False: none is left.
  private mutating func probe(
    _ part: Predicate, _ selection: inout Bitmap, _ operator: QueryProfile.Operator
  ) throws(StorageError) -> Bool {
    guard context.unit.traceCount >= Self.probedTracesMin,
      try part.isWorthProbing(in: context.unit)
    else { return true }
    let found = try recorder.measure(
      `operator`, rowsIn: context.unit.traceCount, rowsOut: { $0?.populationCount ?? 0 },
      run: { () throws(StorageError) in try TraceCondition(part).traces(in: context.unit) })
    guard let possible = found else { return true }
    if possible.isEmpty { return false }
    if possible.isWorthNarrowing {
      selection = try narrow(to: possible, selection)
    }
    return !selection.isEmpty
  }

  /// In smaller units everything is as cheap as looking.
  private static let probedTracesMin = 512

  private mutating func narrowIfWorthwhile(_ selection: Bitmap) throws(StorageError) -> Bitmap {
    let traces = selection.gathered(context.layout.spansOfTrace)
    return traces.isWorthNarrowing ? try narrow(to: traces, selection) : selection
  }

  private mutating func narrow(
    to traces: Bitmap, _ selection: Bitmap
  ) throws(StorageError) -> Bitmap {
    try recorder.measure(
      .narrow, rowsIn: context.unit.traceCount, rowsOut: { _ in traces.populationCount },
      run: { () throws(StorageError) in
        let offsets = context.layout.spansOfTrace
        for (id, result) in filterResults {
          filterResults[id] = result.narrowed(to: traces, offsets: offsets)
        }
        spans = spans?.narrowed(to: traces, offsets: offsets)
        context = try UnitContext(context.unit.narrowed(to: traces), limits: context.limits)
        return selection.narrowed(to: traces, offsets: offsets)
      })
  }
}

extension Bitmap {
  /// Copying columns for fewer traces pays once half of them are gone.
  var isWorthNarrowing: Bool { populationCount * 2 < count }
}
