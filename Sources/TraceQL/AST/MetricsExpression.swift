/// Time series computed from spans, and arithmetic between them.
package indirect enum MetricsExpression: Sendable, Equatable {
  case series(MetricsPipeline)
  case constant(Double)
  case binary(ArithmeticOperator, MetricsExpression, MetricsExpression)
  /// Second stages applied to a whole arithmetic expression.
  case staged(MetricsExpression, [MetricsSecondStage])
}

package struct MetricsPipeline: Sendable, Equatable {
  package var pipeline: Pipeline
  package var function: MetricsFunction
  package var groupBy: [Field]
  package var secondStages: [MetricsSecondStage]

  package init(
    pipeline: Pipeline, function: MetricsFunction, groupBy: [Field] = [],
    secondStages: [MetricsSecondStage] = []
  ) {
    self.pipeline = pipeline
    self.function = function
    self.groupBy = groupBy
    self.secondStages = secondStages
  }
}

package enum MetricsFunction: Sendable, Equatable {
  case rate, countOverTime
  case minOverTime(Field)
  case maxOverTime(Field)
  case sumOverTime(Field)
  case averageOverTime(Field)
  case histogramOverTime(Field)
  case quantileOverTime(Field, [Double])
  /// `compare({ filter }, topN, start, end)`; times in Unix nanoseconds.
  case compare(FieldExpression, topN: Int64?, startNanoseconds: Int64?, endNanoseconds: Int64?)
}

package enum MetricsSecondStage: Sendable, Equatable {
  case top(Int64)
  case bottom(Int64)
  case compare(ComparisonOperator, Literal)
}
