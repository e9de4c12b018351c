import TraceQL

/// Filters that are never true, other than `{ false }` as all there is in front of a function: what
/// an answer without any span is called then is left to other tests (traceql-metrics.md 5).
extension Query {
  var hidesFalse: Bool {
    guard case .metrics(let expression) = body else { return false }
    return expression.hidesFalse
  }
}

extension MetricsExpression {
  fileprivate var hidesFalse: Bool {
    switch self {
    case .series(let pipeline):
      if case .spanset(.filter)? = pipeline.pipeline.stages.first {
        return pipeline.pipeline.stages.dropFirst().contains(where: \.isNeverTrue)
      }
      return pipeline.pipeline.stages.contains(where: \.isNeverTrue)
    case .constant: return false
    case .staged(let inner, _): return inner.hidesFalse
    case .binary(_, let a, let b): return a.hidesFalse || b.hidesFalse
    }
  }
}

extension Stage {
  fileprivate var isNeverTrue: Bool {
    switch self {
    case .spanset(let expression): expression.isNeverTrue
    case .fieldFilter(let filter): filter.kind == .literal(.bool(false))
    default: false
    }
  }
}

extension SpansetExpression {
  fileprivate var isNeverTrue: Bool {
    switch self {
    case .filter(let filter): filter.kind == .literal(.bool(false))
    case .operation(_, let a, let b): a.isNeverTrue || b.isNeverTrue
    case .pipeline(let pipeline): pipeline.stages.contains(where: \.isNeverTrue)
    }
  }
}
