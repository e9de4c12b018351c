/// Tokens to a tree, with diagnostics for what does not fit.
///
/// Parsing never fails: after a diagnostic the parser is *recovering*, says nothing more, and
/// every loop ends, until a closing token is found again.
struct Parser {
  let bytes: [UInt8]
  let tokens: [Token]
  let lexicalFailure: Diagnostic?
  let parameters: ParameterValues
  /// Parameters read, in their order, each time they are.
  var parametersUsed: [String] = []
  var index = 0
  var depth = 0
  var isRecovering = false
  var diagnostics: [Diagnostic] = []
  /// Diagnostics after which the parser had to recover.
  private(set) var syntaxErrorCount = 0
  /// What was asked for at the end of the input, when somebody wants to know.
  var expectations: [Expectation]?
  /// Height of the field expression read last.
  var fieldHeight = 0
  /// The field on the left of the comparison being read.
  var comparedField: Field?

  init(
    bytes: [UInt8], tokens: [Token], lexicalFailure: Diagnostic?,
    parameters: ParameterValues = ParameterValues()
  ) {
    precondition(tokens.last?.kind == .endOfInput, "the lexer closes the list of tokens")
    self.bytes = bytes
    self.tokens = tokens
    self.lexicalFailure = lexicalFailure
    self.parameters = parameters
  }

  var current: Token { tokens[index] }
  var next: Token { tokens[min(index + 1, tokens.count - 1)] }
  /// The token before the current one; the first token at the start.
  var previous: Token { tokens[max(index - 1, 0)] }

  func at(_ kind: TokenKind) -> Bool { current.kind == kind }

  func text(_ token: Token) -> String {
    String(decoding: bytes[token.range.range], as: UTF8.self)
  }

  @discardableResult
  mutating func advance() -> Token {
    let token = current
    if index < tokens.count - 1 { index += 1 }
    return token
  }

  mutating func consume(_ kind: TokenKind) -> Token? {
    at(kind) ? advance() : nil
  }

  /// The token if it is there; otherwise a diagnostic.
  @discardableResult
  mutating func expect(_ kind: TokenKind, _ expected: Expected? = nil) -> Token? {
    if !isRecovering, let token = consume(kind) { return token }
    unexpected(expected ?? .tokens([kind]))
    return nil
  }

  /// The current token does not fit.
  mutating func unexpected(_ expected: Expected) {
    suggest(expected)
    let token = current
    if token.kind == .invalid, let failure = lexicalFailure { return report(failure) }
    if token.kind == .attributeName { return report(.emptyName, at: previous.range) }
    report(.unexpected(token.kind, text: text(token), expected), at: token.range)
  }

  mutating func report(_ code: DiagnosticCode, at range: SourceRange) {
    report(Diagnostic(code, at: range))
  }

  private mutating func report(_ diagnostic: Diagnostic) {
    guard !isRecovering else { return }
    isRecovering = true
    syntaxErrorCount += 1
    diagnostics.append(diagnostic)
  }

  /// An error of meaning: the tree is whole and parsing goes on.
  mutating func reportValue(_ code: DiagnosticCode, at range: SourceRange) {
    diagnostics.append(Diagnostic(code, at: range))
  }

  /// Something plain Tempo refuses.
  mutating func note(_ form: LanguageExtension, at range: SourceRange) {
    guard !isRecovering else { return }
    diagnostics.append(Diagnostic(.languageExtension(form), at: range, severity: .note))
  }

  mutating func note(_ form: UnsupportedForm, at range: SourceRange) {
    guard !isRecovering else { return }
    diagnostics.append(Diagnostic(.unsupportedByTempo(form), at: range, severity: .note))
  }

  /// After a diagnostic: skips to the first of `kinds` outside further brackets and goes on there.
  mutating func recover(at kinds: Set<TokenKind>) {
    guard isRecovering else { return }
    var open: [TokenKind] = []
    while current.kind != .endOfInput, current.kind != .invalid {
      if open.isEmpty, kinds.contains(current.kind) {
        isRecovering = false
        return
      }
      switch current.kind {
      case .leftBrace: open.append(.rightBrace)
      case .leftParen: open.append(.rightParen)
      case .rightBrace, .rightParen:
        guard let last = open.lastIndex(of: current.kind) else { return }
        open.removeSubrange(last...)
      default: break
      }
      advance()
    }
  }

  /// One level deeper; false, with a diagnostic, at the limit. Calls `leave()` go with true.
  mutating func enter() -> Bool {
    guard depth < ParserLimits.nestingMax else {
      report(.nestingTooDeep(limit: ParserLimits.nestingMax), at: current.range)
      index = tokens.count - 1
      return false
    }
    depth += 1
    return true
  }

  mutating func leave() { depth -= 1 }

  /// From the start of one range to the end of another.
  func span(_ first: SourceRange, _ last: SourceRange) -> SourceRange {
    SourceRange(Int(first.lowerBound)..<Int(max(first.upperBound, last.upperBound)))
  }

  /// From the start of `first` to the end of the token before the current one.
  func span(from first: SourceRange) -> SourceRange { span(first, previous.range) }
}
