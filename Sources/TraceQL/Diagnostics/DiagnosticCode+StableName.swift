extension DiagnosticCode {
  /// What programs and people call it: the same from version to version.
  package var stableName: String {
    switch self {
    case .lint(let warning): warning.name
    case .emptyName: "empty-name"
    case .floatOutOfRange, .integerOutOfRange: "number-out-of-range"
    case .invalidEscape, .invalidNameEscape: "invalid-escape"
    case .invalidNumber: "invalid-number"
    case .unterminatedComment, .unterminatedName, .unterminatedString: "unterminated"
    case .zeroByte: "zero-byte"
    case .coalesceFirst, .comparisonAsOperand, .durationInMetricsArithmetic, .metricsFirst,
      .metricsOperator, .mismatchedOperands, .noAggregate, .scalarNotLast, .unexpected,
      .unwrappedSeries:
      "syntax"
    case .divisionByZero: "division-by-zero"
    case .nestingTooDeep, .queryTooLong, .tooManyOperators: "too-complex"
    case .traceAttribute, .unknownFunction, .unknownIdentifier, .unqualifiedIntrinsic:
      "unknown-name"
    case .aggregateNotNumeric, .illegalOperand, .illegalOperands, .notBoolean, .operandTypes:
      "types"
    case .aggregateWithoutField, .groupWithoutField: "constant-expression"
    case .bareParent: "bare-parent"
    case .compareEndNotAfterStart, .compareTimestamps, .compareTopOutOfRange,
      .compareWithSecondStage:
      "compare-arguments"
    case .invalidPattern, .patternNotLiteral: "invalid-pattern"
    case .limitNotPositive: "limit-not-positive"
    case .nilIntrinsic: "nil-intrinsic"
    case .parameterNotWhole, .parameterWithoutValue: "parameter"
    case .quantileOutOfRange: "quantile-out-of-range"
    case .languageExtension, .unsupportedByTempo: "not-in-tempo"
    }
  }
}
