extension Diagnostic {
  /// The text that Tempo's API gives for the same fault.
  package func tempoMessage(source: String) -> String {
    if code.isSyntax { return syntaxMessage(source) }
    switch code {
    case .aggregateNotNumeric(let text):
      return "aggregate field expressions must resolve to a number type: \(text)"
    case .aggregateWithoutField(let text):
      return "aggregate field expressions must reference the span: \(text)"
    case .bareParent, .unsupportedByTempo(.parentIntrinsic):
      return "intrinsic (parent) not yet supported"
    case .compareEndNotAfterStart:
      return "compare() end timestamp must be greater than start timestamp"
    case .compareTimestamps:
      return "compare() timestamps must be positive integer unix nanoseconds"
    case .compareTopOutOfRange:
      return "compare() top number of values must be an integer between 1 and 1000"
    case .compareWithSecondStage:
      return "`compare()` cannot be used with second stage functions"
    case .groupWithoutField(let text):
      return "grouping field expressions must reference the span: \(text)"
    case .illegalOperand(let text): return "illegal operation for the given type: \(text)"
    case .illegalOperands(let text): return "illegal operation for the given types: \(text)"
    case .invalidPattern(let pattern, _):
      return "invalid regex: \(Literal.string(pattern))"
    case .limitNotPositive: return "limit must be greater than 0"
    case .nilIntrinsic(let text):
      return "\(text)=nil is not valid because intrinsics cannot be nil"
    case .notBoolean(let text):
      return "span filter field expressions must resolve to a boolean: { \(text) }"
    case .operandTypes(let text):
      return "binary operations must operate on the same type: \(text)"
    case .patternNotLiteral(let text): return "invalid regex: \(text)"
    case .quantileOutOfRange(let rank):
      return "quantile must be between 0 and 1: \(Diagnostic.plain(rank))"
    case .unsupportedByTempo(.manyMetricsGroups(let count)):
      return "metrics group by \(count) values not yet supported"
    case .unsupportedByTempo(.scalarLeftSide):
      return "scalar filter lhs of type (%v) not yet supported"
    case .unsupportedByTempo(.scalarRightSide):
      return "scalar filter rhs of type (%v) not yet supported"
    case .unsupportedByTempo(.parentScope): return "parent not yet supported"
    default: return code.message
    }
  }

  private static func plain(_ value: Double) -> String {
    let text = FloatText.format(value)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private func syntaxMessage(_ source: String) -> String {
    if source.isEmpty { return "parse error : syntax error: unexpected $end" }
    let place = Diagnostic.place(range, in: source)
    switch code {
    case .durationInMetricsArithmetic:
      return lineless(source) + "duration cannot be used as a scalar operand in metric arithmetic"
    case .emptyName:
      return lineless(source) + "syntax error: unexpected END_ATTRIBUTE, expecting IDENTIFIER"
    case .divisionByZero: return place + "division by zero"
    case .integerOutOfRange(let text):
      return place + "strconv.Atoi: parsing \"\(text)\": value out of range"
    case .invalidNumber(let text):
      return place + "strconv.Atoi: parsing \"\(text)\": invalid syntax"
    case .floatOutOfRange(let text):
      return place + "strconv.ParseFloat: parsing \"\(text)\": value out of range"
    case .unterminatedString, .unterminatedName: return place + "literal not terminated"
    case .unterminatedComment: return place + "comment not terminated"
    case .invalidEscape, .invalidNameEscape: return place + "invalid char escape"
    case .zeroByte: return place + "invalid character NUL"
    case .queryTooLong(let limit): return "query is longer than \(limit) bytes"
    case .nestingTooDeep, .tooManyOperators: return place + code.message
    case .unknownIdentifier(let name, _, let isInFilter):
      return place
        + (isInFilter ? "unknown identifier: \(name)" : "syntax error: unexpected IDENTIFIER")
    case .languageExtension(.bareName): return bareName(source)
    case .traceAttribute: return place + "unknown identifier: trace"
    case .unexpected(let kind, _, let expected):
      return place + "syntax error: unexpected " + Diagnostic.tempoName(kind)
        + Diagnostic.expecting(expected)
    default:
      let (kind, isComplete) = found(in: source)
      return place + "syntax error: unexpected " + Diagnostic.tempoName(kind)
        + (isComplete ? Diagnostic.expecting(.endOfQuery) : "")
    }
  }

  private func lineless(_ source: String) -> String {
    let location = SourcePosition(of: Int(range.lowerBound), in: source)
    return "parse error at line 0, col \(location.column): "
  }

  /// The token at the diagnostic, and whether a complete query stands before it.
  private func found(in source: String) -> (TokenKind, Bool) {
    let bytes = Array(source.utf8)
    let (tokens, _) = Lexer.tokenize(bytes)
    guard let index = tokens.firstIndex(where: { $0.range.upperBound > range.lowerBound }) else {
      return (.endOfInput, false)
    }
    let isOperator = tokens[index].kind.isInfixAfterQuery
    let before = Array(tokens[..<index]) + [Token(.endOfInput, bytes.count..<bytes.count)]
    guard isOperator, index > 0 else { return (tokens[index].kind, false) }
    let parsed = Query.parse(bytes, before, nil, dialect: .tempo)
    return (tokens[index].kind, !parsed.hasSyntaxError)
  }

  /// A word with a dot: Tempo reads the word alone first.
  private func bareName(_ source: String) -> String {
    let text = String(decoding: Array(source.utf8)[range.range], as: UTF8.self)
    let word = String(text.prefix { $0 != "." })
    let place = Diagnostic.place(range, in: source)
    guard let keyword = TokenKind.keywords[word] else {
      return place + "unknown identifier: \(word)"
    }
    if Vocabulary.literalWords.contains(word) || Vocabulary.intrinsic(for: keyword) != nil {
      let start = Int(range.lowerBound) + word.utf8.count
      return Diagnostic.place(SourceRange(start..<start + 1), in: source)
        + "syntax error: unexpected ."
    }
    return place + "syntax error: unexpected \(word)"
  }

  /// A token as Tempo's parser calls it.
  private static func tempoName(_ kind: TokenKind) -> String {
    switch kind {
    case .unknown, .invalid, .bareName, .parameter: TokenKind.identifier.rawValue
    default: kind.rawValue
    }
  }

  /// The list behind "unexpected X", which Tempo leaves out where it would be long.
  private static func expecting(_ expected: Expected) -> String {
    let kinds: [TokenKind] =
      switch expected {
      case .tokens(let kinds), .intrinsic(let kinds): kinds
      case .spanset: [.leftBrace, .leftParen]
      case .wrappedPipeline: [.leftParen]
      case .endOfQuery: [.with]
      case .hintName: [.identifier]
      case .operand, .stage, .field, .constant, .scalar, .literal, .closingBrace,
        .closingParenthesis:
        []
      }
    guard !kinds.isEmpty, kinds.count <= 4 else { return "" }
    return ", expecting " + kinds.map(\.rawValue).joined(separator: " or ")
  }
}

extension TokenKind {
  /// Operators that may be unexpected behind a complete query.
  fileprivate var isInfixAfterQuery: Bool {
    InfixOperator(self, in: .pipeline) != nil || self == .pipe
  }
}
