/// Bytes to tokens. Reading stops at the first lexical error, with an `invalid` token there.
package struct Lexer {
  let bytes: [UInt8]
  /// Where reading ends: the end of the text, or its first zero byte.
  let end: Int
  var position = 0
  var tokens: [Token] = []
  /// Why reading stopped early.
  var failure: Diagnostic?

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    end = bytes.firstIndex(of: 0) ?? bytes.count
    tokens.reserveCapacity(bytes.count / 4 + 2)
  }

  /// All tokens of `bytes`, the last one `endOfInput`, and the lexical error, if there is one.
  package static func tokenize(_ bytes: [UInt8]) -> (tokens: [Token], failure: Diagnostic?) {
    var lexer = Lexer(bytes)
    lexer.run()
    return (lexer.tokens, lexer.failure)
  }

  private mutating func run() {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    while failure == nil {
      skipBlanks()
      guard failure == nil, position < end else { break }
      let before = position
      readToken()
      precondition(failure != nil || position > before, "every token has at least one byte")
    }
    if failure == nil, end < bytes.count { fail(.zeroByte, at: end..<end + 1) }
    tokens.append(Token(.endOfInput, bytes.count..<bytes.count))
  }

  /// The byte `offset` places on, or 0 behind the end.
  func byte(_ offset: Int = 0) -> UInt8 {
    position + offset < end ? bytes[position + offset] : 0
  }

  mutating func emit(_ kind: TokenKind, from start: Int) {
    tokens.append(Token(kind, start..<position))
  }

  /// Records the lexical error that ends reading.
  mutating func fail(_ code: DiagnosticCode, at range: Range<Int>) {
    let code: DiagnosticCode = range.upperBound >= end && end < bytes.count ? .zeroByte : code
    failure = Diagnostic(code, at: SourceRange(range))
    tokens.append(Token(.invalid, range))
    position = end
  }

  /// Blanks and comments.
  private mutating func skipBlanks() {
    while position < end {
      switch bytes[position] {
      case 0x09, 0x0A, 0x0D, 0x20:
        position += 1
      case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"):
        while position < end, bytes[position] != 0x0A { position += 1 }
      case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"):
        let start = position
        position += 2
        while position < end, !(byte() == UInt8(ascii: "*") && byte(1) == UInt8(ascii: "/")) {
          position += 1
        }
        guard position < end else { return fail(.unterminatedComment, at: start..<end) }
        position += 2
      default:
        return
      }
    }
  }

  private mutating func readToken() {
    let start = position
    let first = bytes[position]
    switch first {
    case UInt8(ascii: "\""): return readQuotedString()
    case UInt8(ascii: "`"): return readRawString()
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return readNumber()
    case UInt8(ascii: "$"):
      if let length = wordLength(at: position + 1) {
        position += 1 + length
        return emit(.parameter, from: start)
      }
    case UInt8(ascii: "."):
      if byte(1).isDigit { return readNumber() }
      position += 1
      emit(.dot, from: start)
      return readAttributeName(from: position)
    default: break
    }
    if let length = wordLength(at: position) { return readWord(length: length) }
    for candidate in Lexer.operatorTable[Int(first & 0x7F)] where matches(candidate.bytes) {
      position += candidate.bytes.count
      return emit(candidate.kind, from: start)
    }
    position += scalar(at: position).length
    emit(.unknown, from: start)
  }

  /// Operators by their first byte, the longest first.
  private static let operatorTable: [[(kind: TokenKind, bytes: [UInt8])]] = {
    var table = [[(kind: TokenKind, bytes: [UInt8])]](repeating: [], count: 128)
    for kind in TokenKind.operators {
      let bytes = Array(kind.rawValue.utf8)
      table[Int(bytes[0])].append((kind, bytes))
    }
    return table
  }()

  private func matches(_ spelling: [UInt8]) -> Bool {
    for offset in spelling.indices where byte(offset) != spelling[offset] { return false }
    return true
  }

  /// A word: a keyword, an identifier, or a scope with the dot or colon that touches it.
  private mutating func readWord(length: Int) {
    let start = position
    let word = String(decoding: bytes[start..<start + length], as: UTF8.self)
    position += length
    if byte() == UInt8(ascii: ":"), let scope = TokenKind.colonScopes[word] {
      position += 1
      return emit(scope, from: start)
    }
    guard byte() == UInt8(ascii: ".") else {
      return emit(TokenKind.keywords[word] ?? .identifier, from: start)
    }
    guard var scope = TokenKind.dotScopes[word] else {
      return readBareName(from: start)
    }
    position += 1
    if scope == .parentDot {
      for second in [TokenKind.parentSpanDot, .parentResourceDot] {
        let rest = second.rawValue.utf8.dropFirst(TokenKind.parentDot.rawValue.utf8.count)
        if bytes[position..<end].starts(with: rest) {
          position += rest.count
          scope = second
          break
        }
      }
    }
    emit(scope, from: start)
    readAttributeName(from: position)
  }

  /// Length in bytes of the word at `offset`; nil when none starts there.
  private func wordLength(at offset: Int) -> Int? {
    var length = 0
    while offset + length < end {
      let byte = bytes[offset + length]
      if byte.isASCIILetter || byte == UInt8(ascii: "_") || length > 0 && byte.isDigit {
        length += 1
      } else if byte >= 0x80 {
        let next = scalar(at: offset + length)
        guard next.scalar.isLetter || length > 0 && next.scalar.isDecimalDigit else { break }
        length += next.length
      } else {
        break
      }
    }
    return length > 0 ? length : nil
  }

  /// The Unicode scalar at `offset` and its length in bytes; the source is valid UTF-8.
  func scalar(at offset: Int) -> (scalar: Unicode.Scalar, length: Int) {
    let first = bytes[offset]
    let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    guard length > 1, offset + length <= end else { return (Unicode.Scalar(first), 1) }
    var value = UInt32(first) & (0xFF >> UInt32(length + 1))
    for byte in bytes[offset + 1..<offset + length] { value = value << 6 | UInt32(byte & 0x3F) }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }
}

extension UInt8 {
  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
  var isASCIILetter: Bool {
    let lower = self | 0x20
    return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
  }
}

extension Unicode.Scalar {
  var isLetter: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }
  var isDecimalDigit: Bool { properties.generalCategory == .decimalNumber }
}
