import Columns
import Storage
import TraceQL

/// Scalar filters and final scalars: arithmetic over aggregates of each spanset (traceql.md 7.2,
/// 7.3).
struct ScalarOperator {
  let runner: StageRunner

  private var context: UnitContext { runner.context }

  /// Keeps the spansets for which the comparison holds and appends the aggregates to them.
  func filter(
    _ left: ScalarPlan, _ op: ComparisonOperator, _ right: ScalarPlan, _ state: SpansetState
  ) throws(StorageError) -> SpansetState {
    if left.hasPipeline || right.hasPipeline {
      return try WrappedScalarFilter(runner: runner).filter(left, op, right, state)
    }
    var aggregates = Aggregates()
    let a = try values(left, state, &aggregates)
    let b = try values(right, state, &aggregates)
    let kept = UnitContext.compare(op, a, b)
    var state = state
    state.selected = state.spans(state.selected, in: kept, context.layout)
    state.attributes += aggregates.list
    return state
  }

  /// A final bare aggregate: nothing is dropped, the value is appended.
  func append(
    _ scalar: ScalarPlan, _ key: String, _ state: SpansetState
  ) throws(StorageError) -> SpansetState {
    var state = state
    if scalar.hasPipeline {
      return try WrappedScalarFilter(runner: runner).append(scalar, key, state)
    }
    var aggregates = Aggregates()
    let values = try values(scalar, state, &aggregates)
    state.attributes.append(SpansetState.SetAttribute(key: key, values: values))
    return state
  }

  /// Aggregates already computed for this stage, each once, in order.
  struct Aggregates {
    var list: [SpansetState.SetAttribute] = []

    func values(_ key: String) -> FieldVector? { list.first { $0.key == key }?.values }
  }

  /// One value for each spanset; wrapped pipelines are not for this function.
  func values(
    _ scalar: ScalarPlan, _ state: SpansetState, _ aggregates: inout Aggregates
  ) throws(StorageError) -> FieldVector {
    let count = state.setCount(context.layout)
    switch scalar {
    case .literal(let value): return FieldVector(repeating: value, count: count)
    case .aggregate(let plan):
      if let known = aggregates.values(plan.key) { return known }
      let values = try AggregateOperator(plan: plan).values(state, context)
      aggregates.list.append(SpansetState.SetAttribute(key: plan.key, values: values))
      return values
    case .negate(let inner):
      return try values(inner, state, &aggregates).negated()
    case .binary(let op, let left, let right):
      let a = try values(left, state, &aggregates)
      let b = try values(right, state, &aggregates)
      return UnitContext.arithmetic(op, a, b)
    case .pipeline:
      preconditionFailure("wrapped pipelines go through WrappedScalarFilter")
    }
  }
}
