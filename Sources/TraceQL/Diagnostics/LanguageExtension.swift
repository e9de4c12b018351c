/// Forms that Tempo's grammar does not have.
package enum LanguageExtension: Sendable, Equatable {
  /// `service.name` for `.service.name`.
  case bareName(String)
  /// A bare aggregate as the last stage.
  case bareAggregate
  /// `%`, `^` or durations in a constant of a scalar filter.
  case constantArithmetic
  /// A filter without braces as a stage; the payload is the filter with braces.
  case fieldFilter(String)
  /// Wrapped and plain aggregates, or wrapped pipelines and constants, in one expression.
  case mixedScalars
  case negatedAggregate
  /// `by` with several keys; the payload is the same as several stages.
  case severalGroupKeys(String)
  /// `$name` for a value.
  case parameter
  case quantile
  /// A wrapped pipeline where Tempo allows only spanset expressions.
  case wrappedPipeline
  case wrappedScalarArithmetic
}
