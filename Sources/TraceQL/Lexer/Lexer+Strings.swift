extension Lexer {
  /// `"…"`; escapes are checked here and resolved by `string(spelledBy:)`.
  mutating func readQuotedString() {
    let start = position
    position += 1
    while position < end, bytes[position] != UInt8(ascii: "\""), bytes[position] != 0x0A {
      if bytes[position] == UInt8(ascii: "\\") {
        let escape = Lexer.escape(in: bytes[position + 1..<end])
        guard let escape else {
          let isCut = position + 1 >= end
          return fail(
            isCut ? .unterminatedString : .invalidEscape,
            at: (isCut ? start : position)..<Swift.min(position + 2, end))
        }
        position += 1 + escape.length
      } else {
        position += 1
      }
    }
    guard byte() == UInt8(ascii: "\"") else {
      return fail(.unterminatedString, at: start..<position)
    }
    position += 1
    emit(.string, from: start)
  }

  /// Everything between two backquotes.
  mutating func readRawString() {
    let start = position
    position += 1
    while position < end, bytes[position] != UInt8(ascii: "`") { position += 1 }
    guard position < end else { return fail(.unterminatedString, at: start..<end) }
    position += 1
    emit(.string, from: start)
  }

  /// The value of a string token, quotes included in `text`.
  ///
  /// Escapes may spell bytes that are no UTF-8; those become U+FFFD.
  package static func string(spelledBy text: ArraySlice<UInt8>) -> String {
    let inner = text.dropFirst().dropLast()
    if text.first == UInt8(ascii: "`") {
      return String(decoding: inner.filter { $0 != 0x0D }, as: UTF8.self)
    }
    var value: [UInt8] = []
    var rest = inner
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), let escape = escape(in: rest) {
        value.append(contentsOf: escape.bytes)
        rest = rest.dropFirst(escape.length)
      } else {
        value.append(byte)
      }
    }
    return String(decoding: value, as: UTF8.self)
  }

  /// What the escape sequence behind a backslash stands for; nil when there is none.
  private static func escape(in text: ArraySlice<UInt8>) -> (bytes: [UInt8], length: Int)? {
    guard let first = text.first else { return nil }
    switch first {
    case UInt8(ascii: "a"): return ([0x07], 1)
    case UInt8(ascii: "b"): return ([0x08], 1)
    case UInt8(ascii: "f"): return ([0x0C], 1)
    case UInt8(ascii: "n"): return ([0x0A], 1)
    case UInt8(ascii: "r"): return ([0x0D], 1)
    case UInt8(ascii: "t"): return ([0x09], 1)
    case UInt8(ascii: "v"): return ([0x0B], 1)
    case UInt8(ascii: "\\"), UInt8(ascii: "\""): return ([first], 1)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      guard let value = digits(text.prefix(3), count: 3, radix: 8), value < 256 else { return nil }
      return ([UInt8(value)], 3)
    case UInt8(ascii: "x"):
      return digits(text.dropFirst(), count: 2, radix: 16).map { ([UInt8($0)], 3) }
    case UInt8(ascii: "u"): return scalar(digits(text.dropFirst(), count: 4, radix: 16), 5)
    case UInt8(ascii: "U"): return scalar(digits(text.dropFirst(), count: 8, radix: 16), 9)
    default: return nil
    }
  }

  private static func scalar(_ value: UInt32?, _ length: Int) -> (bytes: [UInt8], length: Int)? {
    guard let value, let scalar = Unicode.Scalar(value) else { return nil }
    return (Array(String(Character(scalar)).utf8), length)
  }

  /// Exactly `count` digits.
  private static func digits(_ text: ArraySlice<UInt8>, count: Int, radix: UInt32) -> UInt32? {
    guard text.count >= count else { return nil }
    var value: UInt32 = 0
    for byte in text.prefix(count) {
      let lower = byte | 0x20
      let digit: UInt32
      if byte.isDigit {
        digit = UInt32(byte - UInt8(ascii: "0"))
      } else if lower >= UInt8(ascii: "a"), lower <= UInt8(ascii: "f") {
        digit = UInt32(lower - UInt8(ascii: "a")) + 10
      } else {
        return nil
      }
      guard digit < radix else { return nil }
      value = value &* radix &+ digit
    }
    return value
  }
}
