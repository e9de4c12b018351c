extension Query {
  /// Calls `body` for every expression over fields, outermost ones only, in the order of the text.
  package func forEachFieldExpression(_ body: (FieldExpression) -> Void) {
    switch self.body {
    case .pipeline(let pipeline): pipeline.walk(body)
    case .metrics(let metrics): metrics.walk(body)
    }
  }
}

extension FieldExpression {
  /// Calls `body` for the expression and every part of it.
  package func forEachPart(_ body: (FieldExpression) -> Void) {
    body(self)
    switch kind {
    case .literal, .field: break
    case .negate(let inner), .not(let inner), .isNil(let inner), .isNotNil(let inner):
      inner.forEachPart(body)
    case .binary(_, let left, let right):
      left.forEachPart(body)
      right.forEachPart(body)
    }
  }
}

extension Pipeline {
  fileprivate func walk(_ body: (FieldExpression) -> Void) {
    for stage in stages {
      switch stage {
      case .spanset(let expression): expression.walk(body)
      case .scalarFilter(let filter):
        filter.left.walk(body)
        filter.right.walk(body)
      case .scalar(let scalar): scalar.walk(body)
      case .fieldFilter(let filter): body(filter)
      case .groupBy(let fields), .select(let fields): fields.forEach(body)
      case .coalesce: break
      }
    }
  }
}

extension SpansetExpression {
  fileprivate func walk(_ body: (FieldExpression) -> Void) {
    switch self {
    case .filter(let filter): body(filter)
    case .operation(_, let left, let right):
      left.walk(body)
      right.walk(body)
    case .pipeline(let pipeline): pipeline.walk(body)
    }
  }
}

extension ScalarExpression {
  fileprivate func walk(_ body: (FieldExpression) -> Void) {
    switch self {
    case .literal: break
    case .aggregate(let aggregate):
      switch aggregate {
      case .count: break
      case .sum(let field), .average(let field), .minimum(let field), .maximum(let field),
        .quantile(let field, _):
        body(field)
      }
    case .negate(let inner): inner.walk(body)
    case .binary(_, let left, let right):
      left.walk(body)
      right.walk(body)
    case .pipeline(let pipeline): pipeline.walk(body)
    }
  }
}

extension MetricsExpression {
  fileprivate func walk(_ body: (FieldExpression) -> Void) {
    switch self {
    case .series(let series):
      series.pipeline.walk(body)
      if case .compare(let filter, _, _, _) = series.function { body(filter) }
    case .constant: break
    case .binary(_, let left, let right):
      left.walk(body)
      right.walk(body)
    case .staged(let inner, _): inner.walk(body)
    }
  }
}
