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
  case unwrappedSeries(String)

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
  /// A value of that text stands where only a whole number can.
  case parameterNotWhole(String, value: String)
  case parameterWithoutValue(String, nearest: String?)
  case patternNotLiteral(String)
  case quantileOutOfRange(Double)

  // MARK: Beyond plain Tempo
  /// Tempo's parser stops at the diagnostic's range.
  case languageExtension(LanguageExtension)
  /// Tempo parses it and then says that it is not supported.
  case unsupportedByTempo(UnsupportedForm)

  /// Legal, and probably not meant.
  case lint(LintWarning)
}
