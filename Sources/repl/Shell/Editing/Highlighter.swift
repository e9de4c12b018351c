import TraceQL

/// Text to styled ranges: every statement by the language's own lexer, dot commands by their words.
package enum Highlighter {
  /// Ranges in ascending order, without overlaps. `cursor` is a byte offset: the bracket there
  /// and its partner stand out.
  package static func spans(in text: String, cursor: Int?) -> [HighlightSpan] {
    let bytes = Array(text.utf8)
    var spans: [HighlightSpan] = []
    for statement in StatementScanner.scan(text).statements {
      switch statement.kind {
      case .query: spans += query(bytes, statement.range)
      case .command: spans += command(bytes, statement.range)
      }
    }
    return marked(spans, bytes: bytes, cursor: cursor)
  }

  private static func query(_ bytes: [UInt8], _ range: Range<Int>) -> [HighlightSpan] {
    let part = Array(bytes[range])
    let (tokens, _) = Lexer.tokenize(part)
    var spans: [HighlightSpan] = []
    var end = 0
    for token in tokens {
      let start = Int(token.range.lowerBound)
      if let comment = comment(part, end..<start) {
        spans.append(HighlightSpan(comment.shifted(by: range.lowerBound), .comment))
      }
      guard token.kind != .endOfInput else { break }
      end = Int(token.range.upperBound)
      let role = token.kind.role(firstByte: start < part.count ? part[start] : 0)
      spans.append(HighlightSpan((start..<end).shifted(by: range.lowerBound), role))
    }
    return spans
  }

  /// Between tokens there are blanks and comments.
  private static func comment(_ bytes: [UInt8], _ gap: Range<Int>) -> Range<Int>? {
    guard let first = bytes[gap].firstIndex(where: { $0 > 0x20 }),
      let last = bytes[gap].lastIndex(where: { $0 > 0x20 })
    else { return nil }
    return first..<last + 1
  }

  private static func command(_ bytes: [UInt8], _ range: Range<Int>) -> [HighlightSpan] {
    guard let start = bytes[range].firstIndex(where: { $0 > 0x20 }) else { return [] }
    let end = bytes[start..<range.upperBound].firstIndex { $0 <= 0x20 } ?? range.upperBound
    var spans = [HighlightSpan(start..<end, .command)]
    // A query among the arguments looks like one.
    if let brace = bytes[end..<range.upperBound].firstIndex(of: UInt8(ascii: "{")) {
      spans += query(bytes, brace..<range.upperBound)
    }
    return spans
  }

  private static func marked(
    _ spans: [HighlightSpan], bytes: [UInt8], cursor: Int?
  ) -> [HighlightSpan] {
    let brackets = spans.indices.filter { spans[$0].role == .bracket }
    let pairs = BracketPairs(brackets.map { bytes[spans[$0].range.lowerBound] })
    var result = spans
    for (position, index) in brackets.enumerated() where pairs.isLonely(position) {
      result[index].role = .lonelyBracket
    }
    guard let cursor else { return result }
    // The bracket under the cursor, or the one just typed.
    let here = brackets.firstIndex { spans[$0].range.lowerBound == cursor }
    let before = brackets.firstIndex { spans[$0].range.upperBound == cursor }
    if let position = before ?? here, let partner = pairs.partner(of: position) {
      for place in [position, partner] { result[brackets[place]].role = .matchedBracket }
    }
    return result
  }
}

extension Range<Int> {
  fileprivate func shifted(by distance: Int) -> Range<Int> {
    lowerBound + distance..<upperBound + distance
  }
}

extension TokenKind {
  fileprivate func role(firstByte: UInt8) -> HighlightRole {
    switch self {
    case .string: return .string
    case .parameter: return .value
    case .invalid: return firstByte == 0x22 || firstByte == 0x60 ? .string : .fault
    case .unknown: return .fault
    case .integer, .float, .duration: return .number
    case .leftBrace, .rightBrace, .leftParen, .rightParen: return .bracket
    case .identifier, .bareName, .attributeName: return .attribute
    case .dot, .spanDot, .resourceDot, .eventDot, .linkDot, .instrumentationDot, .parentDot,
      .parentSpanDot, .parentResourceDot:
      return .attribute
    case .spanColon, .traceColon, .eventColon, .linkColon, .instrumentationColon:
      return .intrinsic
    default: break
    }
    let letters: [ClosedRange<UInt8>] = [0x41...0x5A, 0x61...0x7A]
    guard letters.contains(where: { $0.contains(firstByte) }) else { return .operation }
    if Vocabulary.literalWords.contains(rawValue) || self == .nil { return .value }
    switch self {
    case .by, .coalesce, .select, .with: return .keyword
    default: break
    }
    let functions = Vocabulary.aggregates + Vocabulary.metricsFunctions + Vocabulary.secondStages
    return functions.contains(rawValue) ? .function : .intrinsic
  }
}
