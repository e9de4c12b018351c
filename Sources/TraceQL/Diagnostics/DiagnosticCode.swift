/// What can be said about a query. Payloads are what the sentence needs; texts of expressions are
/// in canonical form.
package enum DiagnosticCode: Sendable, Equatable {
  // MARK: Lexical
  case emptyName
  case floatOutOfRange(String)
  case integerOutOfRange(String)
  case invalidEscape
  case invalidNameEscape
  case invalidNumber(String)
  case unterminatedComment
  case unterminatedName
  case unterminatedString
  case zeroByte

  // MARK: Syntax
  case coalesceFirst
  case comparisonAsOperand
  case divisionByZero
  case durationInMetricsArithmetic
  case metricsFirst(String)
  case metricsOperator(String)
  case mismatchedOperands(TokenKind, OperandClass, OperandClass)
  case nestingTooDeep(limit: Int)
  case noAggregate
  case queryTooLong(limit: Int)
  case scalarNotLast
  case tooManyOperators(limit: Int)
  case traceAttribute(String)
  case unexpected(TokenKind, text: String, Expected)
  case unknownFunction(String, nearest: String?)
  case unknownIdentifier(String, nearest: String?, isInFilter: Bool)
  case unqualifiedIntrinsic(String, nearest: String)

  // MARK: Types and values
  case aggregateNotNumeric(String)
  case aggregateWithoutField(String)
  case bareParent
  case compareEndNotAfterStart
  case compareTimestamps
  case compareTopOutOfRange
  case compareWithSecondStage
  case groupWithoutField(String)
  case illegalOperand(String)
  case illegalOperands(String)
  case invalidPattern(String, PatternSyntax.Fault)
  case limitNotPositive
  case nilIntrinsic(String)
  case notBoolean(String)
  case operandTypes(String)
  case patternNotLiteral(String)
  case quantileOutOfRange(Double)

  // MARK: Beyond plain Tempo
  /// Tempo's parser stops at the diagnostic's range.
  case languageExtension(LanguageExtension)
  /// Tempo parses it and then says that it is not supported.
  case unsupportedByTempo(UnsupportedForm)
}

/// What kind of thing an operand outside a filter is.
package enum OperandClass: Sendable, Equatable {
  case spans, number, constant, comparison, field, series
}

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
  case quantile
  /// A wrapped pipeline where Tempo allows only spanset expressions.
  case wrappedPipeline
  case wrappedScalarArithmetic
}

/// Forms that Tempo's grammar has and its validation refuses.
package enum UnsupportedForm: Sendable, Equatable {
  case manyMetricsGroups(Int)
  case parentIntrinsic
  case parentScope
  /// The left side of a scalar filter is not a single aggregate; the payload is a plain spelling.
  case scalarLeftSide(String?)
  /// The right side of a scalar filter is not a constant.
  case scalarRightSide
}
