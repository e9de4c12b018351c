import TraceQL

/// What already stands in the braces around the cursor: it narrows what is worth offering.
package enum BraceFilter {
  /// A filter of the finished conditions behind the last open brace of `text`; nil if there is no
  /// brace, or nothing in it that narrows.
  package static func before(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    let (tokens, _) = Lexer.tokenize(bytes)
    var open: [Int] = []
    for (index, token) in tokens.enumerated() {
      switch token.kind {
      case .leftBrace: open.append(index)
      case .rightBrace: _ = open.popLast()
      default: break
      }
    }
    guard let brace = open.last else { return nil }
    let inside = tokens[(brace + 1)...].prefix { $0.kind != .endOfInput && $0.kind != .invalid }
    // Only a plain conjunction: with || the other side may hold where this one does not.
    guard !inside.contains(where: { $0.kind == .or || $0.kind == .not }) else { return nil }
    // The condition at the cursor is not finished, whatever it looks like.
    guard let and = inside.lastIndex(where: { $0.kind == .and }), and > inside.startIndex else {
      return nil
    }
    let content = Int(tokens[brace].range.upperBound)..<Int(tokens[and].range.lowerBound)
    let filter = String(decoding: bytes[content], as: UTF8.self).trimmingBlanks
    let candidate = "{ \(filter) }"
    // Too many alternatives narrow nothing.
    return (try? LenientParser.conditionGroups(candidate)) == nil ? nil : candidate
  }
}

extension String {
  var trimmingBlanks: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
