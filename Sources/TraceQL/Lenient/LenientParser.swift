/// Reads queries that are still being typed, for tag filters and completion.
///
/// Incomplete comparisons become `true`, open braces are closed; anything else that is wrong
/// stays wrong.
package enum LenientParser {
  /// The query as far as it goes, type checked; not valid where it cannot be repaired.
  package static func parse(_ text: String, dialect: Dialect = .extended) -> Parsed {
    let parsed = Query.parse(text, dialect: dialect)
    guard !parsed.isValid, text.utf8.count <= ParserLimits.queryBytesMax else { return parsed }
    let bytes = Array(text.utf8)
    var tokens = Lexer.tokenize(bytes).tokens
    tokens.removeAll { $0.kind == .invalid }
    let repaired = Query.parse(bytes, repair(tokens), nil, dialect: dialect)
    return repaired.isValid ? repaired : parsed
  }

  /// The text under which the query may be cached: `{}` where it filters nothing, else the
  /// canonical form.
  package static func normalForm(_ text: String, dialect: Dialect = .extended) -> String {
    let parsed = parse(text, dialect: dialect)
    guard parsed.isValid, let query = parsed.query, !query.matchesEverything else { return "{}" }
    return query.description
  }

  // MARK: Repair

  private static func repair(_ tokens: [Token]) -> [Token] {
    let firstPipe = tokens.firstIndex { $0.kind == .pipe } ?? tokens.count - 1
    var result: [Token] = []
    var index = 0
    var openBraces = 0
    while index < firstPipe {
      let end = referenceEnd(tokens, at: index)
      if let end, isIncomplete(tokens, behind: end, limit: firstPipe) {
        let range = tokens[index].range.range.lowerBound..<tokens[end].range.range.upperBound
        result.append(Token(.true, range))
        index = end + 1
      } else {
        let last = end ?? index + 1
        for token in tokens[index..<last] {
          if token.kind == .leftBrace { openBraces += 1 }
          if token.kind == .rightBrace { openBraces -= 1 }
          result.append(token)
        }
        index = last
      }
    }
    var rest = Array(tokens[firstPipe...])
    let end = rest.removeLast()
    for token in rest {
      if token.kind == .leftBrace { openBraces += 1 }
      if token.kind == .rightBrace { openBraces -= 1 }
    }
    result += rest
    for _ in 0..<max(openBraces, 0) { result.append(Token(.rightBrace, end.range.range)) }
    return result + [end]
  }

  /// The index behind an attribute reference that starts at `index`; nil when none starts there.
  private static func referenceEnd(_ tokens: [Token], at index: Int) -> Int? {
    let kind = tokens[index].kind
    let next = tokens[min(index + 1, tokens.count - 1)].kind
    if kind.attributeScope != nil { return next == .attributeName ? index + 2 : nil }
    if Vocabulary.scopedIntrinsics(kind) != nil {
      return next == .identifier || TokenKind.keywords[next.rawValue] != nil ? index + 2 : nil
    }
    if kind == .identifier || kind == .bareName || Vocabulary.intrinsic(for: kind) != nil {
      return index + 1
    }
    return nil
  }

  /// Whether `tokens[end]` is a comparison operator with nothing behind it.
  private static func isIncomplete(_ tokens: [Token], behind end: Int, limit: Int) -> Bool {
    guard end < limit, ComparisonOperator(rawValue: tokens[end].kind.rawValue) != nil else {
      return false
    }
    guard end + 1 < limit else { return true }
    switch tokens[end + 1].kind {
    case .endOfInput, .rightBrace, .rightParen, .and, .or: return true
    default: return false
    }
  }
}

extension Query {
  /// Whether the query is `{ }` and nothing else.
  package var matchesEverything: Bool {
    guard case .pipeline(let pipeline) = body, pipeline.stages.count == 1,
      case .spanset(.filter(let filter)) = pipeline.stages[0]
    else { return false }
    return filter.kind == .literal(.bool(true))
  }
}
