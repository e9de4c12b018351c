extension MetricsExpression {
  /// The same with one more second stage; stages of one expression stay in one list.
  func adding(_ stage: MetricsSecondStage) -> MetricsExpression {
    switch self {
    case .series(var pipeline):
      pipeline.secondStages.append(stage)
      return .series(pipeline)
    case .staged(let inner, let stages): return .staged(inner, stages + [stage])
    case .constant, .binary: return .staged(self, [stage])
    }
  }

  /// Whether the outermost pipeline is `compare(…)`, which nothing may follow.
  var containsCompare: Bool {
    if case .series(let pipeline) = self, case .compare = pipeline.function { return true }
    return false
  }

  /// The series with the opposite sign: the first constant factor takes it, or a new one.
  var negated: MetricsExpression {
    withNegatedFactor ?? .binary(.multiply, .constant(-1), self)
  }

  private var withNegatedFactor: MetricsExpression? {
    guard case .binary(let infix, let left, let right) = self,
      infix == .multiply || infix == .divide
    else { return nil }
    if case .constant(let value) = left { return .binary(infix, .constant(-value), right) }
    return left.withNegatedFactor.map { .binary(infix, $0, right) }
  }
}
