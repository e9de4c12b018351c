/// The queries of one text: one, or several with lines of `---` between them, or one a line, where
/// lines that begin with `#` are remarks.
package struct QueryFile: Sendable {
  package struct Piece: Sendable, Equatable {
    package var text: String
    /// Lines of the file before the piece.
    package var linesBefore: Int
    /// Whether there is more than blanks and comments.
    package var hasQuery: Bool
  }

  package static let separator = "---"

  /// In the order of the file; pieces without a query too.
  package let pieces: [Piece]

  package init(_ text: String, queryPerLine: Bool = false) {
    var pieces: [Piece] = []
    var lines: [Substring] = []
    var start = 0
    let all = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in all.enumerated() {
      let isSeparator = !queryPerLine && line.trimmed == Self.separator
      if !isSeparator { lines.append(line) }
      let isLast = number == all.count - 1
      guard isSeparator || queryPerLine || isLast else { continue }
      // The end of a file is no line.
      if isLast, line.isEmpty, lines.count == 1, !pieces.isEmpty { break }
      var piece = Self.piece(lines, start)
      if queryPerLine, line.trimmed.first == "#" { piece.hasQuery = false }
      pieces.append(piece)
      lines = []
      start = number + 1
    }
    self.pieces = pieces
  }

  private static func piece(_ lines: [Substring], _ start: Int) -> Piece {
    let text = lines.joined(separator: "\n")
    let tokens = Lexer.tokenize(Array(text.utf8)).tokens
    return Piece(
      text: text, linesBefore: start, hasQuery: tokens.first.map { $0.kind != .endOfInput } ?? false
    )
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var text = drop { $0.isWhitespace }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
