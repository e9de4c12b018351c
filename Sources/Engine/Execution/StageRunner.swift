import Columns
import Storage
import TraceQL

/// Runs the stages of a pipeline over all traces of one unit.
struct StageRunner {
  let context: UnitContext
  let filters: [FilterPlan]
  /// Results over all live spans that narrowing has already worked out, by filter.
  let known: [Int: Bitmap]
  /// The spans that are looked at; nil: all.
  var spans: Bitmap?
  var recorder: UnitRecorder?

  /// The query's input: one spanset for each trace, with all its spans that are looked at.
  func input() throws(StorageError) -> SpansetState {
    var selected = try context.allSpans()
    if let spans { selected.formIntersection(spans) }
    return SpansetState(selected: selected, grouping: nil)
  }

  /// The same as `run`, each stage measured: for the stages of the query itself.
  func runRecorded(
    _ stages: [StagePlan], _ state: SpansetState
  ) throws(StorageError) -> [SpansetState] {
    guard recorder != nil else { return try run(stages, state) }
    var layers = [state]
    for (number, stage) in stages.enumerated() {
      layers = try recorder.measure(
        .stage(number), rowsIn: layers.selected.populationCount,
        rowsOut: { $0.selected.populationCount },
        run: { () throws(StorageError) in try run([stage], layers) })
    }
    return layers
  }

  /// The layers that leave the last stage: never none, nearly always one.
  func run(_ stages: [StagePlan], _ state: SpansetState) throws(StorageError) -> [SpansetState] {
    try run(stages, [state])
  }

  private func run(
    _ stages: [StagePlan], _ layers: [SpansetState]
  ) throws(StorageError) -> [SpansetState] {
    var layers = layers
    for stage in stages {
      if layers[0].selected.isEmpty { return layers }
      try context.unit.checkpoint(taking: 0)
      layers = try run(stage, layers)
      if layers.count == 1 { continue }
      let nothing = layers[0]
      layers.removeAll(where: \.selected.isEmpty)
      if layers.isEmpty { return [nothing] }
    }
    return layers
  }

  private func run(
    _ stage: StagePlan, _ layers: [SpansetState]
  ) throws(StorageError) -> [SpansetState] {
    switch stage {
    case .coalesce: return [SpansetState(selected: layers.selected, grouping: nil)]
    case .scalarFilter(let left, let op, let right)
    where WrappedScalarFilter.replacesSpansets(left, right):
      return try WrappedScalarFilter(runner: self).compare(left, op, right, layers.selected)
    default:
      return try layers.map { layer throws(StorageError) in try run(stage, layer) }
    }
  }

  private func run(_ stage: StagePlan, _ state: SpansetState) throws(StorageError) -> SpansetState {
    switch stage {
    case .spanset(let expression):
      var state = state
      state.selected = try evaluate(expression, state)
      return state
    case .scalarFilter(let left, let op, let right):
      return try ScalarOperator(runner: self).filter(left, op, right, state)
    case .scalar(let scalar, let key):
      return try ScalarOperator(runner: self).append(scalar, key, state)
    case .groupBy(let keys): return try GroupOperator(keys: keys).apply(state, context)
    case .coalesce: return SpansetState(selected: state.selected, grouping: nil)
    case .select: return state
    }
  }

  /// The spans a spanset expression keeps of each spanset.
  private func evaluate(
    _ expression: SpansetPlan, _ state: SpansetState
  ) throws(StorageError) -> Bitmap {
    switch expression {
    case .filter(let id): return try evaluate(filters[id], in: state.selected)
    case .pipeline(let stages):
      var inner = state
      inner.attributes = []
      return try run(stages, inner).selected.intersection(state.selected)
    case .operation(let op, let left, let right):
      try context.unit.checkpoint(taking: 0)
      let right = try evaluate(right, state)
      if right.isEmpty && op != .or { return right }
      let left = try evaluate(left, state)
      return try combine(op, left, right, state)
    }
  }

  private func combine(
    _ op: SpansetOperator, _ left: Bitmap, _ right: Bitmap, _ state: SpansetState
  ) throws(StorageError) -> Bitmap {
    if let (relation, form) = op.structure {
      return try StructuralOperator(relation: relation, form: form)
        .apply(left, right, state, context)
    }
    let union = left.union(right)
    if op == .or { return union }
    let layout = context.layout
    let both = state.sets(with: left, layout).intersection(state.sets(with: right, layout))
    return state.spans(union, in: both, layout)
  }

  /// The spans of `selection` that pass one filter.
  func evaluate(_ filter: FilterPlan, in selection: Bitmap) throws(StorageError) -> Bitmap {
    if let known = known[filter.id] { return known.intersection(selection) }
    var result = selection
    for part in filter.spanParts {
      if result.isEmpty { return result }
      try context.unit.checkpoint(taking: 0)
      result = try context.evaluate(part, in: result)
    }
    if filter.correlatedParts.isEmpty || result.isEmpty { return result }
    return try context.evaluateCorrelated(filter.correlatedParts, in: result)
  }
}
