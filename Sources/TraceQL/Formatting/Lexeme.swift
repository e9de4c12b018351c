/// A comment and how it stands among lines.
struct Comment: Equatable {
  var text: String
  /// Whether nothing can follow it on its line.
  var endsLine: Bool
  /// Whether an empty line stands before it.
  var followsGap: Bool
}

/// A token as the formatter moves it about: its text, and the comments that belong to it.
struct Lexeme {
  var kind: TokenKind
  var text: String
  /// Comments on lines of their own before the token.
  var leading: [Comment] = []
  /// Comments behind the token, on its line.
  var trailing: [Comment] = []
  /// Whether an empty line stands before the token.
  var followsGap = false
  /// A `-` or `!` that belongs to what follows.
  var isPrefix = false
  /// The `=` of a hint, which takes no blanks.
  var isTight = false

  /// The tokens of a query, and the comments behind the last one on lines of their own.
  static func all(of bytes: [UInt8]) -> (lexemes: [Lexeme], footer: [Comment]) {
    var lexemes: [Lexeme] = []
    var end = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    for token in Lexer.tokenize(bytes).tokens {
      var gap = CommentReader(bytes: bytes, range: end..<Int(token.range.lowerBound))
      gap.read(isAfterToken: !lexemes.isEmpty)
      if !lexemes.isEmpty { lexemes[lexemes.count - 1].trailing = gap.sameLine }
      if token.kind == .endOfInput { return (lexemes, gap.ownLine) }
      end = Int(token.range.upperBound)
      let text = String(decoding: bytes[token.range.range], as: UTF8.self)
      var lexeme = Lexeme(kind: token.kind, text: plainQuotes(token.kind, text))
      lexeme.leading = gap.ownLine
      lexeme.followsGap = gap.endsInGap
      lexemes.append(lexeme)
    }
    return (lexemes, [])
  }

  /// Backquotes only where they save escapes.
  private static func plainQuotes(_ kind: TokenKind, _ text: String) -> String {
    guard kind == .string, text.utf8.first == UInt8(ascii: "`"), text.utf8.count >= 2 else {
      return text
    }
    let inner = text.dropFirst().dropLast()
    let needsRaw = inner.utf8.contains {
      $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") || $0 < 0x20
    }
    return needsRaw ? text : "\"\(inner)\""
  }
}

/// Reads the comments between two tokens.
private struct CommentReader {
  let bytes: [UInt8]
  let range: Range<Int>
  private(set) var sameLine: [Comment] = []
  private(set) var ownLine: [Comment] = []
  private var lineBreaks = 0

  init(bytes: [UInt8], range: Range<Int>) {
    self.bytes = bytes
    self.range = range
  }

  /// Whether an empty line stands before the next token.
  var endsInGap: Bool { lineBreaks > 1 }

  mutating func read(isAfterToken: Bool) {
    var position = range.lowerBound
    var isOnTokensLine = isAfterToken
    while position < range.upperBound {
      guard bytes[position] == UInt8(ascii: "/") else {
        if bytes[position] == 0x0A {
          lineBreaks += 1
          isOnTokensLine = false
        }
        position += 1
        continue
      }
      let isBlock = bytes[position + 1] == UInt8(ascii: "*")
      let end = isBlock ? blockEnd(position) : lineEnd(position)
      var text = String(decoding: bytes[position..<end], as: UTF8.self)
      while text.last?.isWhitespace == true { text.removeLast() }
      let comment = Comment(
        text: text, endsLine: !isBlock || text.utf8.contains(0x0A), followsGap: lineBreaks > 1)
      if isOnTokensLine { sameLine.append(comment) } else { ownLine.append(comment) }
      if comment.endsLine, isBlock { isOnTokensLine = false }
      lineBreaks = 0
      position = end
    }
  }

  private func lineEnd(_ start: Int) -> Int {
    bytes[start..<range.upperBound].firstIndex(of: 0x0A) ?? range.upperBound
  }

  private func blockEnd(_ start: Int) -> Int {
    var position = start + 2
    while position + 1 < range.upperBound {
      if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") {
        return position + 2
      }
      position += 1
    }
    return range.upperBound
  }
}
