extension Lexer {
  /// The name after a dot token: up to a blank or one of `{}()=~!<>&|^,`, quoted parts included.
  mutating func readAttributeName(from start: Int) {
    position = start
    guard skipName() else { return }
    emit(.attributeName, from: start)
  }

  /// A word that touches a dot and everything that belongs to the name.
  mutating func readBareName(from start: Int) {
    guard skipName() else { return }
    emit(.bareName, from: start)
  }

  /// Moves to the end of the name; false after a lexical error.
  private mutating func skipName() -> Bool {
    while position < end {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        guard skipQuotedPart() else { return false }
      } else if byte < 0x80 {
        if Lexer.endsName(byte) { break }
        position += 1
      } else {
        let next = scalar(at: position)
        if next.scalar.properties.isWhitespace { break }
        position += next.length
      }
    }
    return true
  }

  private mutating func skipQuotedPart() -> Bool {
    let start = position
    position += 1
    while position < end {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return true
      case UInt8(ascii: "\\"):
        guard byte(1) == UInt8(ascii: "\"") || byte(1) == UInt8(ascii: "\\") else {
          fail(.invalidNameEscape, at: position..<Swift.min(position + 2, end))
          return false
        }
        position += 2
      default:
        position += 1
      }
    }
    fail(.unterminatedName, at: start..<end)
    return false
  }

  /// Whether an ASCII byte ends an unquoted attribute name.
  static func endsName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x09...0x0D, 0x20: true
    case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "("), UInt8(ascii: ")"): true
    case UInt8(ascii: "="), UInt8(ascii: "~"), UInt8(ascii: "!"), UInt8(ascii: "<"): true
    case UInt8(ascii: ">"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "^"): true
    case UInt8(ascii: ","): true
    default: false
    }
  }

  /// The name a token spells: quotes removed, escapes resolved.
  static func name(spelledBy text: some Collection<UInt8>) -> String {
    var name: [UInt8] = []
    var isQuoted = false
    var isEscaped = false
    for byte in text {
      if isEscaped {
        name.append(byte)
        isEscaped = false
      } else if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
      } else if isQuoted, byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        name.append(byte)
      }
    }
    return String(decoding: name, as: UTF8.self)
  }
}
