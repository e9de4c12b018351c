import Columns
import Storage

/// The unit while it shrinks, and the filter results that shrink with it.
///
/// A unit is laid out when the first filter is evaluated over its spans: what bounds or
/// dictionaries leave of it before that is all whose structure is ever read.
struct NarrowingScope {
  private(set) var filterResults: [Int: Bitmap] = [:]
  /// The spans that are looked at; nil: all. Known once the unit is laid out.
  private(set) var spans: Bitmap?

  private var unit: any SpanUnit
  /// The traces that are looked at, until the unit is laid out; nil: all.
  private var traces: Bitmap?
  private var laidOut: UnitContext?
  private let limits: QueryLimits
  private let recorder: UnitRecorder?

  /// Few unwanted traces are left unmarked rather than cut out: whole pages are decoded fastest.
  init(
    _ unit: any SpanUnit, traces: Bitmap, limits: QueryLimits, recorder: UnitRecorder?
  ) throws(StorageError) {
    let isNarrow = traces.isWorthNarrowing
    self.unit = isNarrow ? try unit.narrowed(to: traces) : unit
    self.traces = isNarrow || traces.populationCount == traces.count ? nil : traces
    self.limits = limits
    self.recorder = recorder
  }

  mutating func context() throws(StorageError) -> UnitContext {
    if let laidOut { return laidOut }
    let unit = unit
    let context = try recorder.measure(
      .layOut, rowsIn: unit.traceCount, rowsOut: { $0.spanCount },
      run: { () throws(StorageError) in try UnitContext(unit, limits: limits) })
    spans = traces.map { $0.spread(context.layout.spansOfTrace) }
    traces = nil
    laidOut = context
    return context
  }

  /// Evaluates a filter every match needs; drops traces without it. False: none is left.
  mutating func narrow(by filter: FilterPlan) throws(StorageError) -> Bool {
    // Spans that have passed until now; nil: all that are looked at. Copies of spans in merged
    // traces may count here: telling them apart costs more than looking at them, and they drop out
    // when the stages run.
    var selection: Bitmap?
    for (number, part) in filter.spanParts.enumerated() {
      if try !probe(part, &selection, .probe(filter: filter.id, part: number)) { return false }
      let context = try context()
      let before = selection ?? everySpan(context)
      let passing = try recorder.measure(
        .filter(filter: filter.id, part: number), rowsIn: before.populationCount,
        rowsOut: \.populationCount,
        run: { () throws(StorageError) in try context.evaluate(part, in: before) })
      if passing.isEmpty { return false }
      selection = try narrowIfWorthwhile(passing, context)
    }
    if !filter.correlatedParts.isEmpty {
      let first = filter.spanParts.count
      for (number, part) in filter.correlatedParts.enumerated()
      where try !probe(part, &selection, .probe(filter: filter.id, part: first + number)) {
        return false
      }
      let context = try context()
      let before = selection ?? everySpan(context)
      let passing = try recorder.measure(
        .correlated(filter: filter.id), rowsIn: before.populationCount,
        rowsOut: \.populationCount,
        run: { () throws(StorageError) in
          try context.evaluateCorrelated(filter.correlatedParts, in: before)
        })
      if passing.isEmpty { return false }
      selection = try narrowIfWorthwhile(passing, context)
    }
    let context = try context()
    filterResults[filter.id] = selection ?? everySpan(context)
    return true
  }

  private func everySpan(_ context: UnitContext) -> Bitmap {
    spans ?? Bitmap(count: context.spanCount, filled: true)
  }

  /// Rare values of long lists are looked for first, without decoding where they are not; the
  /// traces without them are dropped. False: none is left.
  private mutating func probe(
    _ part: Predicate, _ selection: inout Bitmap?, _ operator: QueryProfile.Operator
  ) throws(StorageError) -> Bool {
    let unit = laidOut?.unit ?? unit
    guard unit.traceCount >= Self.probedTracesMin, try part.isWorthProbing(in: unit) else {
      return true
    }
    let found = try recorder.measure(
      `operator`, rowsIn: unit.traceCount, rowsOut: { $0?.populationCount ?? 0 },
      run: { () throws(StorageError) in try TraceCondition(part).traces(in: unit) })
    guard var possible = found else { return true }
    if let traces { possible.formIntersection(traces) }
    if possible.isEmpty { return false }
    if possible.isWorthNarrowing {
      selection = try narrow(to: possible, selection)
    }
    return selection?.isEmpty != true
  }

  /// In smaller units everything is as cheap as looking.
  private static let probedTracesMin = 512

  private mutating func narrowIfWorthwhile(
    _ selection: Bitmap, _ context: UnitContext
  ) throws(StorageError) -> Bitmap? {
    let traces = selection.gathered(context.layout.spansOfTrace)
    return traces.isWorthNarrowing ? try narrow(to: traces, selection) : selection
  }

  private mutating func narrow(
    to kept: Bitmap, _ selection: Bitmap?
  ) throws(StorageError) -> Bitmap? {
    guard let context = laidOut else {
      unit = try unit.narrowed(to: kept)
      traces = nil
      return nil
    }
    return try recorder.measure(
      .narrow, rowsIn: context.unit.traceCount, rowsOut: { _ in kept.populationCount },
      run: { () throws(StorageError) in
        let offsets = context.layout.spansOfTrace
        for (id, result) in filterResults {
          filterResults[id] = result.narrowed(to: kept, offsets: offsets)
        }
        spans = spans?.narrowed(to: kept, offsets: offsets)
        laidOut = try UnitContext(context.unit.narrowed(to: kept), limits: limits)
        return selection?.narrowed(to: kept, offsets: offsets)
      })
  }
}
