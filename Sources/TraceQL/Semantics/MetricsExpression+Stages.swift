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
}
