extension Query {
  /// What may come next at byte `offset` of `text`.
  package static func expectations(in text: String, at offset: Int) -> [Expectation] {
    completion(in: text, at: offset).expectations
  }

  /// What may come next at byte `offset` of `text`, and the word there.
  package static func completion(in text: String, at offset: Int) -> Completion {
    let all = Array(text.utf8)
    let end = min(max(offset, 0), all.count, ParserLimits.queryBytesMax)
    let bytes = Array(all[..<end])
    var (tokens, failure) = Lexer.tokenize(bytes)
    tokens.removeLast()
    var word = SourceRange(end..<end)
    var extra: [Expectation] = []
    if let last = tokens.last, Int(last.range.upperBound) == end {
      switch last.kind {
      case .integer, .float: extra = [.units(Vocabulary.durationUnits)]
      case .invalid where failure?.code == .unterminatedString:
        word = last.range
        tokens.removeLast()
        failure = nil
      case .attributeName, .bareName, .identifier:
        word = last.range
        tokens.removeLast()
      case let kind where TokenKind.keywords[kind.rawValue] != nil:
        word = last.range
        tokens.removeLast()
      default: break
      }
    }
    tokens.append(Token(.endOfInput, end..<end))
    var parser = Parser(bytes: bytes, tokens: tokens, lexicalFailure: failure)
    parser.expectations = []
    _ = parser.parseQuery()
    var seen: Set<Expectation> = []
    let found = extra + (parser.expectations ?? [])
    return Completion(replacing: word, expectations: found.filter { seen.insert($0).inserted })
  }
}
