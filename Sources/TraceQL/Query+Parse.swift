extension Query {
  /// Lexes, parses, checks types and computes constants. `.tempo` makes errors of extensions.
  package static func parse(
    _ text: String, dialect: Dialect = .extended, parameters: ParameterValues = ParameterValues()
  ) -> Parsed {
    let bytes = Array(text.utf8)
    guard bytes.count <= ParserLimits.queryBytesMax else {
      let code = DiagnosticCode.queryTooLong(limit: ParserLimits.queryBytesMax)
      let range = SourceRange(ParserLimits.queryBytesMax..<bytes.count)
      return Parsed(query: nil, recovered: nil, diagnostics: [Diagnostic(code, at: range)])
    }
    let (tokens, failure) = Lexer.tokenize(bytes)
    return parse(bytes, tokens, failure, dialect: dialect, parameters: parameters)
  }

  static func parse(
    _ bytes: [UInt8], _ tokens: [Token], _ failure: Diagnostic?, dialect: Dialect,
    parameters: ParameterValues = ParameterValues()
  ) -> Parsed {
    var parser = Parser(
      bytes: bytes, tokens: tokens, lexicalFailure: failure, parameters: parameters)
    let tree = parser.parseQuery()
    var diagnostics = parser.diagnostics
    let used = Set(parser.parametersUsed)
    // Nothing can be said about the meaning of what has no value.
    guard used.allSatisfy({ parameters[$0] != nil }),
      !diagnostics.contains(where: { $0.isError && $0.code.isSyntax })
    else {
      return Parsed(
        query: nil, recovered: tree, diagnostics: ordered(diagnostics, dialect: dialect),
        parametersUsed: used)
    }
    var checker = TypeChecker()
    let query = checker.check(tree)
    diagnostics += checker.diagnostics
    return Parsed(
      query: query, recovered: query, diagnostics: ordered(diagnostics, dialect: dialect),
      parametersUsed: used)
  }

  /// Syntax before meaning before notes. Meaning is ordered by where expressions end: a part
  /// comes before the whole, the left before the right.
  private static func ordered(_ diagnostics: [Diagnostic], dialect: Dialect) -> [Diagnostic] {
    var all = diagnostics
    if dialect == .tempo {
      for index in all.indices where all[index].severity == .note {
        all[index].severity = .error
      }
    }
    func rank(_ diagnostic: Diagnostic) -> (Int, UInt32, UInt32) {
      let range = diagnostic.range
      if diagnostic.severity != .error { return (2, range.lowerBound, range.upperBound) }
      if diagnostic.code.isSyntax { return (0, range.lowerBound, range.upperBound) }
      return (1, range.upperBound, UInt32.max - range.lowerBound)
    }
    let sorted = all.enumerated().sorted { a, b in
      let (x, y) = (rank(a.element), rank(b.element))
      return x == y ? a.offset < b.offset : x < y
    }
    return sorted.reduce(into: []) { result, next in
      if result.last != next.element { result.append(next.element) }
    }
  }
}

extension Diagnostic {
  package var isError: Bool { severity == .error }
}

extension DiagnosticCode {
  /// Whether the text itself is no query, whatever it would mean.
  package var isSyntax: Bool {
    switch self {
    case .aggregateNotNumeric, .aggregateWithoutField, .bareParent, .compareEndNotAfterStart,
      .compareTimestamps, .compareTopOutOfRange, .compareWithSecondStage, .groupWithoutField,
      .illegalOperand, .illegalOperands, .invalidPattern, .limitNotPositive,
      .nilIntrinsic, .notBoolean, .operandTypes, .parameterNotWhole, .parameterWithoutValue,
      .patternNotLiteral, .quantileOutOfRange, .unsupportedByTempo, .lint:
      false
    default: true
    }
  }
}
