/// Cuts input into statements: queries, ended by `;`, and dot commands, ended by `;` or the line.
///
/// Knows quotes, brackets and comments, nothing else of the language: half a query is input too.
package struct StatementScanner {
  package struct Statement: Sendable, Equatable {
    package enum Kind: Sendable { case query, command }

    package var kind: Kind
    /// Without blanks around it and comments before it.
    package var text: String
    /// Bytes of the input, blanks included.
    package var range: Range<Int>
  }

  package struct Result: Sendable, Equatable {
    package var statements: [Statement] = []
    /// Whether the last statement goes on: brackets, quotes, a comment or an operator are open.
    package var isOpen = false
    /// Whether the last statement was ended by `;`.
    package var isTerminated = false
  }

  private let bytes: [UInt8]
  private var position = 0
  private var start = 0
  /// Where the statement begins, behind blanks and comments.
  private var contentStart = 0
  private var depth = 0
  /// The last byte that is neither blank nor comment.
  private var lastByte: UInt8 = 0
  private var isCommand = false
  private var isUnfinished = false
  private var result = Result()

  /// Everything in `text`, the last statement whether it is ended or not.
  package static func scan(_ text: String) -> Result {
    var scanner = StatementScanner(bytes: Array(text.utf8))
    scanner.run()
    return scanner.result
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func run() {
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "/"), !isCommand, next == byte || next == UInt8(ascii: "*") {
        skipComment(next == byte ? "\n" : "*/")
        continue
      }
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "`"): skipQuoted(byte)
      case UInt8(ascii: "{"), UInt8(ascii: "("): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: ")"): depth = max(0, depth - 1)
      case UInt8(ascii: ";") where depth == 0, UInt8(ascii: "\n") where isCommand && depth == 0:
        finish(isTerminated: true)
        continue
      default: break
      }
      note(byte)
      position += 1
    }
    guard lastByte != 0 || isUnfinished else { return }
    result.isOpen = isUnfinished || depth > 0 || endsInOperator
    finish(isTerminated: false)
  }

  private var next: UInt8 { position + 1 < bytes.count ? bytes[position + 1] : 0 }

  private mutating func note(_ byte: UInt8) {
    guard byte > 0x20 else { return }
    if lastByte == 0 {
      contentStart = position
      let first = next | 0x20
      isCommand = byte == UInt8(ascii: ".") && first >= 0x61 && first <= 0x7A
    }
    lastByte = byte
  }

  private var endsInOperator: Bool {
    !isCommand && "|&=<>~!+-*/^%,".utf8.contains(lastByte)
  }

  private mutating func skipQuoted(_ quote: UInt8) {
    note(quote)
    position += 1
    while position < bytes.count, bytes[position] != quote {
      if bytes[position] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") { position += 1 }
      position += 1
    }
    isUnfinished = position >= bytes.count
  }

  /// Leaves `position` behind the comment; one to the end of the line may end the input too.
  private mutating func skipComment(_ end: String) {
    let wanted = Array(end.utf8)
    position += 2
    while position < bytes.count, !bytes[position...].starts(with: wanted) { position += 1 }
    isUnfinished = position >= bytes.count && wanted.count == 2
    position = min(bytes.count, position + wanted.count)
  }

  private mutating func finish(isTerminated: Bool) {
    let end = min(position, bytes.count)
    if lastByte == 0 { contentStart = start }
    let text = Self.trimmed(bytes[contentStart..<max(contentStart, end)])
    if lastByte != 0 || isUnfinished {
      result.statements.append(
        Statement(
          kind: isCommand ? .command : .query, text: String(decoding: text, as: UTF8.self),
          range: start..<end))
      result.isTerminated = isTerminated
    }
    if isTerminated { position = end + 1 }
    start = position
    (depth, lastByte, isCommand, isUnfinished) = (0, 0, false, false)
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes
    while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    return bytes
  }
}
