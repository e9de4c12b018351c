extension Stage {
  /// Whether the stage looks at values of spans.
  var readsFields: Bool {
    switch self {
    case .spanset(.filter(let filter)): filter.hasField
    case .spanset, .fieldFilter, .groupBy: true
    case .scalarFilter, .scalar, .coalesce, .select: false
    }
  }

  /// Where the stage's first filter or key stands, if it has one.
  var range: SourceRange? {
    switch self {
    case .spanset(let expression): expression.range
    case .fieldFilter(let expression): expression.range
    case .groupBy(let keys), .select(let keys): keys.first?.range
    case .scalarFilter, .scalar, .coalesce: nil
    }
  }
}

extension SpansetExpression {
  /// Where the first filter in it stands.
  var range: SourceRange? {
    switch self {
    case .filter(let filter): filter.range
    case .pipeline(let pipeline): pipeline.stages.first?.range
    case .operation(_, let left, _): left.range
    }
  }
}
