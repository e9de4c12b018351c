/// Stages as they are read.
struct PipelineBuilder {
  /// The first stage while it is the only one and an expression.
  var first: Operand?
  var stages: [Stage] = []
  /// The `|` tokens read.
  var pipes: [SourceRange] = []
  /// The series, once a metrics function was read.
  var series: MetricsExpression?
  /// The range of the only stage, if that is no expression.
  var soleStage: SourceRange?
  /// Height of the tallest expression among the stages.
  var height = 0
  /// Where the pipeline starts.
  let range: SourceRange

  init(start: SourceRange) { range = start }

  var isEmpty: Bool { first == nil && stages.isEmpty && series == nil }

  var endsInScalar: Bool {
    if case .scalar? = stages.last { return true }
    guard let first else { return false }
    switch first.kind {
    case .scalar, .scalarPipeline: return true
    default: return false
    }
  }

  /// What was read, as one operand.
  func operand(range: SourceRange) -> Operand {
    if let first { return first }
    let pipeline = Pipeline(stages: stages)
    var operand =
      if let series {
        Operand(.series(series), range)
      } else if case .scalar? = stages.last {
        Operand(.scalarPipeline(pipeline), range)
      } else {
        Operand(.pipeline(pipeline), range)
      }
    operand.height = height + 1
    guard series == nil else { return operand }
    operand.wrapped = soleStage ?? pipes.first ?? range
    operand.isParenthesised = true
    return operand
  }
}

extension TokenKind {
  var isMetricsFunction: Bool {
    switch self {
    case .rate, .countOverTime, .minOverTime, .maxOverTime, .averageOverTime, .sumOverTime,
      .quantileOverTime, .histogramOverTime, .compare:
      true
    default: false
    }
  }
}
