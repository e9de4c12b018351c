import Columns
import Storage
import TraceQL

/// Comparisons between wrapped pipelines, `({A} | count()) > ({B} | count())` (traceql.md 7.3).
///
/// Every wrapped pipeline runs on the whole trace. Pipelines with `by` are joined on equal keys;
/// where one has no such group, and where one gives no spanset at all, counts and sums are 0 and
/// other aggregates nil. The result is the union of the spans of all operands, or, where aggregates
/// of the current spanset take part, that spanset.
struct WrappedScalarFilter {
  let runner: StageRunner

  private var layout: UnitLayout { runner.context.layout }

  /// What one wrapped pipeline gives for each trace.
  private struct Operand {
    var groupsOfTrace: [Int: [[Value]: Group]]
    /// How results name the keys; empty where there is no `by`.
    var keyNames: [String]
    var empty: Value

    var isGrouped: Bool { !keyNames.isEmpty }

    func value(trace: Int, key: [Value]) -> Value {
      groupsOfTrace[trace]?[isGrouped ? key : []]?.value ?? empty
    }
  }

  private struct Group {
    var value: Value
    var spans: [UInt32]
  }

  func apply(
    _ left: ScalarPlan, _ op: ComparisonOperator, _ right: ScalarPlan, _ state: SpansetState
  ) throws(StorageError) -> SpansetState {
    var operands: [Operand] = []
    try collect(left, &operands)
    try collect(right, &operands)
    let ownAggregates = left.aggregates + right.aggregates
    if !ownAggregates.isEmpty {
      return try filterCurrent(left, op, right, state, operands)
    }
    var selected = Bitmap(count: runner.context.spanCount)
    var setOf = [UInt32](repeating: 0, count: runner.context.spanCount)
    var traceOf: [UInt32] = []
    var groupKeys: [[Value]] = []
    for trace in 0..<layout.traceCount {
      for key in keys(operands, trace) {
        var next = 0
        let a = value(left, operands, &next, trace, key, own: nil)
        let b = value(right, operands, &next, trace, key, own: nil)
        guard ValueComparison.holds(op, a, b) else { continue }
        for operand in operands {
          let group = operand.groupsOfTrace[trace]?[operand.isGrouped ? key : []]
          for span in group?.spans ?? [] {
            selected[Int(span)] = true
            setOf[Int(span)] = UInt32(traceOf.count)
          }
        }
        traceOf.append(UInt32(trace))
        groupKeys.append(key)
      }
    }
    let names = operands.first(where: \.isGrouped)?.keyNames ?? []
    return SpansetState(
      selected: selected, grouping: SpansetState.Grouping(setOf: setOf, traceOf: traceOf),
      attributes: names.enumerated().map { i, name in
        SpansetState.SetAttribute(
          key: name, values: groupKeys.map { i < $0.count ? $0[i] : .nil })
      })
  }

  /// A final scalar over wrapped pipelines, appended to the current spansets.
  func append(
    _ scalar: ScalarPlan, _ key: String, _ state: SpansetState
  ) throws(StorageError) -> SpansetState {
    var operands: [Operand] = []
    try collect(scalar, &operands)
    var state = state
    let own = try ownValues(scalar, state)
    let values = (0..<state.setCount(layout)).map { set in
      var next = 0
      let trace = Int(state.grouping?.traceOf[set] ?? UInt32(set))
      return value(scalar, operands, &next, trace, [], own: { own[$0]?[set] ?? .nil })
    }
    state.attributes.append(SpansetState.SetAttribute(key: key, values: values))
    return state
  }

  // MARK: Operands

  private func collect(
    _ scalar: ScalarPlan, _ operands: inout [Operand]
  ) throws(StorageError) {
    switch scalar {
    case .literal, .aggregate: break
    case .negate(let inner): try collect(inner, &operands)
    case .binary(_, let left, let right):
      try collect(left, &operands)
      try collect(right, &operands)
    case .pipeline(let stages, let last): operands.append(try operand(stages, last))
    }
  }

  private func operand(
    _ stages: [StagePlan], _ last: ScalarPlan
  ) throws(StorageError) -> Operand {
    let state = try runner.run(stages, runner.input())
    var aggregates = ScalarOperator.Aggregates()
    let values = try ScalarOperator(runner: runner).values(last, state, &aggregates)
    let keys = state.attributes.filter { $0.key.hasPrefix("by(") }
    var groups: [Int: [[Value]: Group]] = [:]
    let spans = state.selected.indices()
    for (span, set) in zip(spans, state.setIDs(of: spans, layout)) {
      let trace = Int(state.grouping?.traceOf[Int(set)] ?? set)
      let key = keys.map { $0.values[Int(set)] }
      groups[trace, default: [:]][key, default: Group(value: values[Int(set)], spans: [])]
        .spans.append(span)
    }
    return Operand(groupsOfTrace: groups, keyNames: keys.map(\.key), empty: last.emptyValue)
  }

  /// The groups to evaluate in a trace: every key of a grouped operand, or the one empty key.
  private func keys(_ operands: [Operand], _ trace: Int) -> [[Value]] {
    guard operands.contains(where: \.isGrouped) else { return [[]] }
    var seen: Set<[Value]> = []
    for operand in operands where operand.isGrouped {
      seen.formUnion(operand.groupsOfTrace[trace]?.keys.map { $0 } ?? [])
    }
    return Array(seen)
  }

  private func value(
    _ scalar: ScalarPlan, _ operands: [Operand], _ next: inout Int, _ trace: Int, _ key: [Value],
    own: ((String) -> Value)?
  ) -> Value {
    switch scalar {
    case .literal(let value): return value
    case .aggregate(let plan): return own?(plan.key) ?? .nil
    case .negate(let inner):
      return Arithmetic.negated(value(inner, operands, &next, trace, key, own: own))
    case .binary(let op, let left, let right):
      let a = value(left, operands, &next, trace, key, own: own)
      let b = value(right, operands, &next, trace, key, own: own)
      return Arithmetic.apply(op, a, b)
    case .pipeline:
      defer { next += 1 }
      return operands[next].value(trace: trace, key: key)
    }
  }

  // MARK: Mixed with aggregates of the current spanset

  private func ownValues(
    _ scalar: ScalarPlan, _ state: SpansetState
  ) throws(StorageError) -> [String: [Value]] {
    var result: [String: [Value]] = [:]
    for plan in scalar.aggregates where result[plan.key] == nil {
      result[plan.key] = try AggregateOperator(plan: plan).values(state, runner.context)
    }
    return result
  }

  private func filterCurrent(
    _ left: ScalarPlan, _ op: ComparisonOperator, _ right: ScalarPlan, _ state: SpansetState,
    _ operands: [Operand]
  ) throws(StorageError) -> SpansetState {
    let own = try ownValues(.binary(.add, left, right), state)
    var state = state
    var kept = Bitmap(count: state.setCount(layout))
    for set in 0..<kept.count {
      let trace = Int(state.grouping?.traceOf[set] ?? UInt32(set))
      let lookUp: (String) -> Value = { own[$0]?[set] ?? .nil }
      for key in keys(operands, trace) {
        var next = 0
        let a = value(left, operands, &next, trace, key, own: lookUp)
        let b = value(right, operands, &next, trace, key, own: lookUp)
        if ValueComparison.holds(op, a, b) { kept[set] = true }
      }
    }
    state.selected = state.spans(state.selected, in: kept, layout)
    var seen: Set<String> = []
    for plan in left.aggregates + right.aggregates where seen.insert(plan.key).inserted {
      state.attributes.append(
        SpansetState.SetAttribute(key: plan.key, values: own[plan.key] ?? []))
    }
    return state
  }
}

extension ScalarPlan {
  /// The value over no spans.
  var emptyValue: Value {
    switch self {
    case .literal(let value): value
    case .aggregate(let plan):
      switch plan.function {
      case .count, .sum: .int(0)
      case .average, .minimum, .maximum, .quantile: .nil
      }
    case .negate(let inner): Arithmetic.negated(inner.emptyValue)
    case .binary(let op, let left, let right):
      Arithmetic.apply(op, left.emptyValue, right.emptyValue)
    case .pipeline(_, let last): last.emptyValue
    }
  }
}
