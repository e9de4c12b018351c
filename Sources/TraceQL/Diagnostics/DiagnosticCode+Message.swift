extension DiagnosticCode {
  /// The sentence, without a place: lower case, no full stop, source text in quotes.
  package var message: String {
    lexicalMessage ?? syntaxMessage ?? meaningMessage
  }

  // MARK: Lexical

  private var lexicalMessage: String? {
    switch self {
    case .emptyName:
      "the name of an attribute is missing"
    case .floatOutOfRange(let text):
      "'\(text)' is too great for a 64 bit float"
    case .integerOutOfRange(let text):
      "'\(text)' does not fit 64 bits; the limits are 'minInt' and 'maxInt'"
    case .invalidEscape:
      "unknown escape sequence; for backslashes as they are use backquotes: `\\d`"
    case .invalidNameEscape:
      "names know only the escapes \\\" and \\\\"
    case .invalidNumber(let text):
      "'\(text)' is no number; write it in plain decimal digits"
    case .unterminatedComment:
      "the comment does not end"
    case .unterminatedName:
      "the quotes of the name do not end"
    case .unterminatedString:
      "the string does not end"
    case .zeroByte:
      "a query cannot hold a zero byte"
    default: nil
    }
  }

  // MARK: Syntax

  private var syntaxMessage: String? {
    switch self {
    case .coalesceFirst:
      "'coalesce()' needs a stage before it: '{} | coalesce()'"
    case .comparisonAsOperand:
      "a comparison of numbers is a stage; to combine it write '({} | count() > 1) && ({})'"
    case .divisionByZero:
      "division by zero"
    case .durationInMetricsArithmetic:
      "series cannot be computed with a duration; they hold seconds, so write '10' for '10s'"
    case .languageExtension(let form):
      form.message
    case .metricsFirst(let function):
      "'\(function)' needs spans to work on: '{} | \(function)(…)'"
    case .metricsOperator(let text):
      "'\(text)' does not exist between series"
    case .mismatchedOperands(let token, let left, let right):
      left == right
        ? "'\(token.rawValue)' does not apply to \(left.message)"
        : "'\(token.rawValue)' cannot stand between \(left.message) and \(right.message)"
    case .nestingTooDeep(let limit):
      "more than \(limit) levels of parentheses"
    case .noAggregate:
      "nothing here depends on the spans: name an aggregate or an attribute"
    case .queryTooLong(let limit):
      "the query has more than \(limit) bytes"
    case .scalarNotLast:
      "a number ends the pipeline: compare it, as in 'count() > 2', to go on"
    case .tooManyOperators(let limit):
      "more than \(limit) operators in one expression"
    case .traceAttribute(let name):
      "traces have no attributes; did you mean '.\(name)', or one of 'trace:duration', "
        + "'trace:id', 'trace:rootName', 'trace:rootService'?"
    case .unexpected(let kind, let text, let expected):
      DiagnosticCode.unexpected(kind, text, expected)
    case .unknownFunction(let name, let nearest):
      "unknown function '\(name)'" + DiagnosticCode.advice(nearest)
    case .unknownIdentifier(let name, let nearest, _):
      "unknown identifier '\(name)'"
        + (nearest == nil ? "; attributes start with a dot: '.\(name)'" : "")
        + DiagnosticCode.advice(nearest)
    case .unqualifiedIntrinsic(let name, let nearest):
      "'\(name)' needs its scope" + DiagnosticCode.advice(nearest)
    case .unwrappedSeries(let infix):
      "to compute with a series put it in parentheses: '({} | rate()) \(infix) 2'"
    default: nil
    }
  }

  // MARK: Types and values

  private var meaningMessage: String {
    switch self {
    case .aggregateNotNumeric(let text):
      "'\(text)' needs an expression that gives numbers"
    case .aggregateWithoutField(let text):
      "'\(text)' is the same for every span: name an attribute or intrinsic"
    case .bareParent:
      "'parent' can only be compared with nil; for a value of the parent write 'parent.name'"
    case .compareEndNotAfterStart:
      "the end of 'compare()' must come after its start"
    case .compareTimestamps:
      "the times of 'compare()' must both be given, as positive Unix nanoseconds"
    case .compareTopOutOfRange:
      "'compare()' can list 1 to 1000 values"
    case .compareWithSecondStage:
      "nothing can be computed from 'compare()'"
    case .groupWithoutField(let text):
      "'\(text)' is the same for every span: name an attribute or intrinsic"
    case .illegalOperand(let text):
      "'\(text)': '\(text.prefix(1))' applies only to "
        + (text.hasPrefix("-") ? "numbers" : "what is true or false")
    case .illegalOperands(let text):
      "'\(text)': the operator does not apply to these types"
    case .invalidPattern(let pattern, let fault):
      "'\(pattern)' is no regular expression: \(fault.message)"
    case .limitNotPositive:
      "the limit must be greater than 0"
    case .nilIntrinsic(let text):
      "'\(text)' is never nil"
    case .notBoolean(let text):
      "'{ \(text) }' is neither true nor false; compare it with something"
    case .operandTypes(let text):
      "'\(text)' compares values of different types"
    case .parameterNotWhole(let name, let value):
      "'$\(name)' is \(value); here it must be a whole number"
    case .parameterWithoutValue(let name, let nearest):
      "'$\(name)' has no value" + DiagnosticCode.advice(nearest.map { "$" + $0 })
    case .patternNotLiteral(let text):
      "'\(text)': a regular expression must be written as a string"
    case .quantileOutOfRange(let rank):
      "a quantile lies between 0 and 1, not at \(FloatText.format(rank))"
    case .lint(let warning):
      warning.message
    case .unsupportedByTempo(let form):
      form.message
    default: preconditionFailure("every code has its sentence")
    }
  }

  private static func advice(_ nearest: String?) -> String {
    nearest.map { "; did you mean '\($0)'?" } ?? ""
  }

  private static func unexpected(_ kind: TokenKind, _ text: String, _ expected: Expected) -> String
  {
    let found = kind == .endOfInput ? "unexpected end of the query" : "unexpected '\(text)'"
    return found + ", expected " + expected.message
  }
}

extension Expected {
  /// What the grammar allows, as part of a sentence.
  var message: String {
    switch self {
    case .closingBrace: "an operator or '}'"
    case .closingParenthesis: "an operator, '|' or ')'"
    case .constant: "a number"
    case .endOfQuery: "an operator, '|', 'with' or the end"
    case .field: "an attribute or intrinsic"
    case .hintName: "the name of a hint"
    case .intrinsic(let kinds): Expected.list(kinds)
    case .literal: "a value"
    case .operand: "a value, an attribute or an intrinsic"
    case .scalar: "a number, an aggregate or '('"
    case .spanset, .wrappedPipeline: "'{' or '('"
    case .stage: "a filter '{ }', an aggregate, 'by', 'select', 'coalesce' or a metrics function"
    case .tokens(let kinds): Expected.list(kinds)
    }
  }

  private static func list(_ kinds: [TokenKind]) -> String {
    let words = kinds.map { kind in
      switch kind {
      case .identifier: "a name"
      case .integer: "a whole number"
      case .float: "a number"
      default: "'\(kind.rawValue)'"
      }
    }
    guard let last = words.last, words.count > 1 else { return words.first ?? "nothing" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }
}

extension OperandClass {
  var message: String {
    switch self {
    case .comparison: "a comparison of numbers"
    case .constant: "a constant"
    case .field: "a value of a span"
    case .number: "a number computed from spans"
    case .series: "series"
    case .spans: "spans"
    }
  }
}

extension LanguageExtension {
  var message: String {
    switch self {
    case .bareAggregate:
      "plain Tempo needs a comparison at the end, such as '> 0'"
    case .bareName(let plain):
      "in plain Tempo: '\(plain)'"
    case .constantArithmetic:
      "plain Tempo computes only '+ - * /' of plain numbers here"
    case .fieldFilter(let plain):
      "in plain Tempo: '\(plain)'"
    case .mixedScalars:
      "plain Tempo does not mix wrapped pipelines with other numbers"
    case .negatedAggregate:
      "plain Tempo does not negate aggregates"
    case .parameter:
      "plain Tempo has no parameters"
    case .quantile:
      "plain Tempo has no 'quantile()'; its metrics have 'quantile_over_time()'"
    case .severalGroupKeys(let plain):
      "in plain Tempo: '\(plain)'"
    case .wrappedPipeline:
      "plain Tempo allows pipelines in parentheses only where every operand has parentheses "
        + "and nothing follows"
    case .wrappedScalarArithmetic:
      "plain Tempo allows only a single aggregate at the end of a pipeline in parentheses"
    }
  }
}

extension UnsupportedForm {
  var message: String {
    switch self {
    case .manyMetricsGroups(let count):
      "plain Tempo cannot group series by \(count) fields"
    case .parentIntrinsic:
      "plain Tempo does not support 'parent'"
    case .parentScope:
      "plain Tempo does not look up attributes of the parent"
    case .scalarLeftSide(let plain?):
      "in plain Tempo: '\(plain)'"
    case .scalarLeftSide(nil):
      "plain Tempo supports only a single aggregate on the left"
    case .scalarRightSide:
      "plain Tempo supports only constants on the right"
    }
  }
}

extension PatternSyntax.Fault {
  var message: String {
    switch self {
    case .backReference: "back references are not supported"
    case .badClass: "invalid range or class in brackets"
    case .badEscape: "unknown escape sequence"
    case .badGroup: "unknown kind of group"
    case .badRepetition: "repetition from more to less"
    case .badUnicodeClass: "unknown Unicode class"
    case .doubleRepetition: "two repetition operators in a row"
    case .lookAround: "looking ahead or behind is not supported"
    case .missingBracket: "']' is missing"
    case .missingParenthesis: "')' is missing"
    case .nothingToRepeat: "nothing to repeat"
    case .repetitionTooLarge: "more than 1000 repetitions"
    case .tooDeep: "groups are nested too deeply"
    case .trailingBackslash: "backslash at the end"
    case .unexpectedParenthesis: "')' without '('"
    }
  }
}
