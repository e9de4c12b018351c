import TraceQL

/// One stage, its expressions prepared.
indirect enum StagePlan: Sendable {
  case spanset(SpansetPlan)
  case scalarFilter(ScalarPlan, ComparisonOperator, ScalarPlan)
  /// A final bare aggregate: appended to each spanset; the key is its printed form.
  case scalar(ScalarPlan, key: String)
  case groupBy([GroupKey])
  case coalesce
  case select
}

/// One expression of `by(…)` and how results name it.
struct GroupKey: Sendable {
  var expression: ValueExpression
  /// `by(<printed expression>)`.
  var key: String
}

indirect enum SpansetPlan: Sendable {
  case filter(Int)
  case operation(SpansetOperator, SpansetPlan, SpansetPlan)
  case pipeline([StagePlan])
}

indirect enum ScalarPlan: Sendable {
  case literal(Value)
  case aggregate(AggregatePlan)
  case negate(ScalarPlan)
  case binary(ArithmeticOperator, ScalarPlan, ScalarPlan)
  case pipeline([StagePlan], ScalarPlan)

  var hasPipeline: Bool { !operands.isEmpty }

  /// Wrapped pipelines, left to right.
  var operands: [[StagePlan]] {
    switch self {
    case .literal, .aggregate: []
    case .negate(let inner): inner.operands
    case .binary(_, let left, let right): left.operands + right.operands
    case .pipeline(let stages, _): [stages]
    }
  }

  /// Aggregates of the current spanset, left to right.
  var aggregates: [AggregatePlan] {
    switch self {
    case .literal, .pipeline: []
    case .aggregate(let aggregate): [aggregate]
    case .negate(let inner): inner.aggregates
    case .binary(_, let left, let right): left.aggregates + right.aggregates
    }
  }
}

struct AggregatePlan: Sendable {
  enum Function: Sendable {
    case count, sum, average, minimum, maximum
    case quantile(Double)
  }

  var function: Function
  /// nil for `count()`.
  var argument: ValueExpression?
  /// The printed aggregate.
  var key: String
}

extension [StagePlan] {
  /// The names of the keys by which the spansets that leave the last stage are grouped.
  var keyNames: [String] {
    reduce(into: []) { names, stage in
      switch stage {
      case .groupBy(let keys): names += keys.map(\.key)
      case .coalesce: names = []
      case .scalarFilter(let left, _, let right)
      where WrappedScalarFilter.replacesSpansets(left, right):
        names = (left.operands + right.operands).map(\.keyNames).first { !$0.isEmpty } ?? []
      case .spanset, .scalarFilter, .scalar, .select: break
      }
    }
  }
}

/// Prepares stages, collecting the filters and the fields of the whole query on the way.
struct StageBuilder {
  private(set) var filters: [FilterPlan] = []
  /// Every field mentioned, in order.
  private(set) var referenced: [Field] = []
  private var predicates = PredicateBuilder()

  mutating func stages(_ pipeline: Pipeline) -> [StagePlan] {
    pipeline.stages.map { stage($0) }
  }

  private mutating func stage(_ stage: Stage) -> StagePlan {
    switch stage {
    case .spanset(let expression): return .spanset(spanset(expression))
    case .fieldFilter(let expression): return .spanset(filter(expression))
    case .scalarFilter(let filter):
      return .scalarFilter(scalar(filter.left), filter.comparison, scalar(filter.right))
    case .scalar(let expression):
      return .scalar(scalar(expression), key: expression.description)
    case .groupBy(let expressions):
      return .groupBy(
        expressions.map { expression in
          referenced += expression.fields
          return GroupKey(
            expression: predicates.value(expression), key: "by(\(expression.description))")
        })
    case .coalesce: return .coalesce
    case .select(let fields):
      referenced += fields.flatMap(\.fields)
      return .select
    }
  }

  private mutating func spanset(_ expression: SpansetExpression) -> SpansetPlan {
    switch expression {
    case .filter(let field): return filter(field)
    case .operation(let op, let left, let right):
      return .operation(op, spanset(left), spanset(right))
    case .pipeline(let pipeline): return .pipeline(stages(pipeline))
    }
  }

  private mutating func filter(_ expression: FieldExpression) -> SpansetPlan {
    referenced += expression.fields
    filters.append(FilterPlan(id: filters.count, expression, &predicates))
    return .filter(filters.count - 1)
  }

  private mutating func scalar(_ expression: ScalarExpression) -> ScalarPlan {
    switch expression {
    case .literal(let literal): return .literal(Value(literal))
    case .aggregate(let aggregate): return .aggregate(self.aggregate(aggregate))
    case .negate(let inner): return .negate(scalar(inner))
    case .binary(let op, let left, let right): return .binary(op, scalar(left), scalar(right))
    case .pipeline(let pipeline):
      guard case .scalar(let last)? = pipeline.stages.last else {
        preconditionFailure("a wrapped scalar pipeline ends in a scalar: the parser sees to it")
      }
      return .pipeline(
        stages(Pipeline(stages: Array(pipeline.stages.dropLast()))), scalar(last))
    }
  }

  private mutating func aggregate(_ aggregate: Aggregate) -> AggregatePlan {
    func plan(
      _ function: AggregatePlan.Function, _ argument: ValueExpression?
    ) -> AggregatePlan {
      AggregatePlan(function: function, argument: argument, key: aggregate.description)
    }
    switch aggregate {
    case .count: return plan(.count, nil)
    case .sum(let e): return plan(.sum, argument(e))
    case .average(let e): return plan(.average, argument(e))
    case .minimum(let e): return plan(.minimum, argument(e))
    case .maximum(let e): return plan(.maximum, argument(e))
    case .quantile(let e, let q): return plan(.quantile(q), argument(e))
    }
  }

  private mutating func argument(_ expression: FieldExpression) -> ValueExpression {
    referenced += expression.fields
    return predicates.value(expression)
  }
}

extension FieldExpression {
  /// Fields mentioned, in order, duplicates included.
  var fields: [Field] {
    switch kind {
    case .literal: []
    case .field(let field): [field]
    case .negate(let inner), .not(let inner), .isNil(let inner), .isNotNil(let inner):
      inner.fields
    case .binary(_, let left, let right): left.fields + right.fields
    }
  }
}
