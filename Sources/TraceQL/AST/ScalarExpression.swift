/// A number computed from a spanset.
package indirect enum ScalarExpression: Sendable, Equatable {
  /// Numbers and durations only.
  case literal(Literal)
  case aggregate(Aggregate)
  case negate(ScalarExpression)
  case binary(ArithmeticOperator, ScalarExpression, ScalarExpression)
  /// `( pipeline | scalar )`: evaluated on the query's input (the whole trace); the last stage is
  /// `.scalar`.
  case pipeline(Pipeline)
}

package indirect enum Aggregate: Sendable, Equatable {
  case count
  case sum(FieldExpression)
  case average(FieldExpression)
  case minimum(FieldExpression)
  case maximum(FieldExpression)
  /// Extension: exact quantile, linear interpolation between closest ranks; 0...1.
  case quantile(FieldExpression, Double)
}
