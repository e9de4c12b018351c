import TraceQL

/// Scalar filters and aggregates: traceql.md 7.2 and 7.3.
extension PipelineOracle {
  func apply(_ filter: ScalarFilter, to sets: [SpanSetOracle]) -> [SpanSetOracle] {
    let sides = [filter.left, filter.right]
    let operands = sides.flatMap(\.wrapped).map(operand)
    if !operands.isEmpty && sides.allSatisfy(\.aggregates.isEmpty) {
      return sets.isEmpty ? [] : join(operands, filter)
    }
    return sets.compactMap { set in
      let keys = self.keys(operands)
      guard keys.contains(where: { holds(filter, of: set, operands, $0) }) else { return nil }
      var set = set
      for (key, value) in aggregates(sides, of: set) { set.attributes.append((key, value)) }
      return set
    }
  }

  /// What the expression at the end of a pipeline is for a spanset.
  func final(_ scalar: ScalarExpression, of set: SpanSetOracle) -> OracleValue {
    var rest = scalar.wrapped.map { operand($0).group([]) }[...]
    return value(scalar, of: set, wrapped: &rest)
  }

  /// Each distinct aggregate that is not in a wrapped pipeline, from left to right.
  private func aggregates(
    _ scalars: [ScalarExpression], of set: SpanSetOracle
  ) -> [(key: String, value: OracleValue)] {
    var seen: Set<String> = []
    return scalars.flatMap(\.aggregates).compactMap { aggregate in
      let key = "\(aggregate)"
      return seen.insert(key).inserted ? (key, value(aggregate, of: set.spans)) : nil
    }
  }

  // MARK: Wrapped pipelines

  /// What a wrapped pipeline finds in the whole trace.
  private struct Operand {
    var sets: [SpanSetOracle]
    var names: [String]
    var isGrouped: Bool { !names.isEmpty }

    /// The spanset of a key; a pipeline without `by` belongs to every group.
    func group(_ key: [String]) -> SpanSetOracle? {
      isGrouped ? sets.first { $0.groupKey == key } : sets.first
    }
  }

  private func operand(_ pipeline: Pipeline) -> Operand {
    let stages = Pipeline(stages: pipeline.stages.dropLast())
    return Operand(sets: run(stages, on: [everything]), names: stages.groupNames)
  }

  /// Every key that a grouped operand has, or the one key of ungrouped ones.
  private func keys(_ operands: [Operand]) -> [[String]] {
    var keys: [[String]] = []
    for set in operands.filter(\.isGrouped).flatMap(\.sets) where !keys.contains(set.groupKey) {
      keys.append(set.groupKey)
    }
    return keys.isEmpty ? [[]] : keys
  }

  private func holds(
    _ filter: ScalarFilter, of set: SpanSetOracle, _ operands: [Operand], _ key: [String]
  ) -> Bool {
    var rest = operands.map { $0.group(key) }[...]
    let left = value(filter.left, of: set, wrapped: &rest)
    let right = value(filter.right, of: set, wrapped: &rest)
    return Comparison(op: filter.comparison).holds(left, right)
  }

  /// Groups of the operands meet where their keys are equal; an operand without the group counts as
  /// one that found nothing. The result is the spans of all operands.
  private func join(_ operands: [Operand], _ filter: ScalarFilter) -> [SpanSetOracle] {
    keys(operands).compactMap { key in
      guard holds(filter, of: SpanSetOracle(spans: []), operands, key) else { return nil }
      let spans = Set(operands.flatMap { $0.group(key)?.spans ?? [] }).sorted()
      let grouped = operands.filter(\.isGrouped)
      let values = grouped.flatMap(\.sets).first { $0.groupKey == key }?.groupValues ?? []
      let names = grouped.first?.names ?? []
      return SpanSetOracle(
        spans: spans,
        attributes: names.enumerated().map { at, name in
          (key: name, value: at < values.count ? values[at] : .none)
        })
    }
  }

  /// `wrapped` holds what the wrapped pipelines found, from left to right.
  private func value(
    _ scalar: ScalarExpression, of set: SpanSetOracle, wrapped: inout ArraySlice<SpanSetOracle?>
  ) -> OracleValue {
    switch scalar {
    case .literal(let literal): return OracleValue(literal)
    case .aggregate(let aggregate): return value(aggregate, of: set.spans)
    case .negate(let operand): return Arithmetic.negate(value(operand, of: set, wrapped: &wrapped))
    case .binary(let op, let a, let b):
      let left = value(a, of: set, wrapped: &wrapped)
      return Arithmetic.apply(op, left, value(b, of: set, wrapped: &wrapped))
    case .pipeline(let pipeline):
      let found = wrapped.removeFirst() ?? SpanSetOracle(spans: [])
      guard case .scalar(let inner) = pipeline.stages.last else { return .none }
      return final(inner, of: found)
    }
  }

  // MARK: Aggregates

  private func value(_ aggregate: Aggregate, of spans: [Int]) -> OracleValue {
    func numbers(_ expression: FieldExpression) -> [OracleValue] {
      spans.map { Place(trace, $0).value(expression) }.filter { $0.number != nil }
    }
    switch aggregate {
    case .count: return .int(Int64(spans.count))
    case .sum(let expression):
      // Without spans at all a sum is 0 (7.3).
      return spans.isEmpty ? .int(0) : Aggregation(numbers(expression)).sum
    case .average(let expression): return Aggregation(numbers(expression)).average
    case .minimum(let expression): return Aggregation(numbers(expression)).extreme(<)
    case .maximum(let expression): return Aggregation(numbers(expression)).extreme(>)
    case .quantile(let expression, let rank): return Aggregation(numbers(expression)).quantile(rank)
    }
  }
}

extension ScalarExpression {
  /// Wrapped pipelines, from left to right; those inside others belong to them.
  fileprivate var wrapped: [Pipeline] {
    switch self {
    case .literal, .aggregate: []
    case .negate(let x): x.wrapped
    case .binary(_, let a, let b): a.wrapped + b.wrapped
    case .pipeline(let pipeline): [pipeline]
    }
  }

  fileprivate var aggregates: [Aggregate] {
    switch self {
    case .literal, .pipeline: []
    case .aggregate(let aggregate): [aggregate]
    case .negate(let x): x.aggregates
    case .binary(_, let a, let b): a.aggregates + b.aggregates
    }
  }
}

extension Pipeline {
  /// How the spansets it gives are named by `by`.
  fileprivate var groupNames: [String] {
    stages.reduce([]) { names, stage in
      switch stage {
      case .groupBy(let expressions): names + expressions.map { "by(\($0))" }
      case .coalesce: []
      case .spanset(.pipeline(let inner)): names + inner.groupNames
      case .scalarFilter(let filter):
        filter.isOfWrapped ? filter.wrapped.map(\.groupNames).first { !$0.isEmpty } ?? [] : names
      case .spanset, .fieldFilter, .scalar, .select: names
      }
    }
  }
}

extension ScalarFilter {
  fileprivate var wrapped: [Pipeline] { left.wrapped + right.wrapped }

  /// Between wrapped pipelines alone: the result is their spans, not the spansets at hand.
  fileprivate var isOfWrapped: Bool {
    !wrapped.isEmpty && left.aggregates.isEmpty && right.aggregates.isEmpty
  }
}
