import TraceQL

/// Queries with a part less.
extension Pipeline {
  var simpler: [Pipeline] {
    var result: [Pipeline] = []
    for (index, stage) in stages.enumerated() {
      if stages.count > 1 {
        var fewer = self
        fewer.stages.remove(at: index)
        result.append(fewer)
      }
      for simpler in stage.simpler {
        var candidate = self
        candidate.stages[index] = simpler
        result.append(candidate)
      }
    }
    return result
  }
}

extension Stage {
  fileprivate var simpler: [Stage] {
    switch self {
    case .spanset(let expression): expression.simpler.map { .spanset($0) }
    case .fieldFilter(let filter): filter.simpler.map { .fieldFilter($0) }
    case .groupBy(let list) where list.count > 1: list.map { .groupBy([$0]) }
    case .select(let list) where list.count > 1: list.map { .select([$0]) }
    case .groupBy(let list): list[0].simpler.map { .groupBy([$0]) }
    case .scalarFilter(let filter):
      filter.left.simpler.map {
        .scalarFilter(ScalarFilter(left: $0, comparison: filter.comparison, right: filter.right))
      }
        + filter.right.simpler.map {
          .scalarFilter(ScalarFilter(left: filter.left, comparison: filter.comparison, right: $0))
        }
    case .scalar, .coalesce, .select: []
    }
  }
}

extension ScalarExpression {
  fileprivate var simpler: [ScalarExpression] {
    switch self {
    case .literal, .aggregate: []
    case .negate(let x): [x]
    case .binary(_, let a, let b): [a, b]
    case .pipeline(let pipeline): pipeline.simpler.map { .pipeline($0) }
    }
  }
}

extension SpansetExpression {
  fileprivate var simpler: [SpansetExpression] {
    switch self {
    case .filter(let filter): filter.simpler.map { .filter($0) }
    case .pipeline(let pipeline):
      pipeline.simpler.map { .pipeline($0) }
    case .operation(let op, let a, let b):
      [a, b] + a.simpler.map { .operation(op, $0, b) } + b.simpler.map { .operation(op, a, $0) }
    }
  }
}

extension FieldExpression {
  fileprivate var simpler: [FieldExpression] {
    let parts: [FieldExpression.Kind]
    switch kind {
    case .literal(.bool(true)): parts = []
    case .literal, .field: parts = [.literal(.bool(true))]
    case .negate(let x): parts = [x.kind] + x.simpler.map { .negate($0) }
    case .not(let x): parts = [x.kind] + x.simpler.map { .not($0) }
    case .isNil(let x): parts = [.literal(.bool(true))] + x.simpler.map { .isNil($0) }
    case .isNotNil(let x): parts = [.literal(.bool(true))] + x.simpler.map { .isNotNil($0) }
    case .binary(let op, let a, let b):
      parts =
        [.literal(.bool(true)), a.kind, b.kind] + a.simpler.map { .binary(op, $0, b) }
        + b.simpler.map { .binary(op, a, $0) }
    }
    return parts.map { FieldExpression($0) }
  }
}
