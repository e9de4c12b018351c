/// Reads bytes as one JSON value, strictly by RFC 8259.
///
/// Strings that are not UTF-8, and lone surrogates, are repaired with U+FFFD: they come from files
/// of others and are only shown.
package struct JSONReader {
  /// What a text may ask of us before it is refused.
  package struct Limits: Sendable {
    package var byteCountMax: Int
    package var nestingMax: Int

    package init(byteCountMax: Int = 64 << 20, nestingMax: Int = 64) {
      self.byteCountMax = byteCountMax
      self.nestingMax = nestingMax
    }
  }

  private let bytes: [UInt8]
  private let limits: Limits
  private var position = 0

  private init(_ bytes: [UInt8], limits: Limits) {
    self.bytes = bytes
    self.limits = limits
  }

  /// The value `bytes` spell, white space around it allowed.
  package static func read(
    _ bytes: [UInt8], limits: Limits = Limits()
  ) throws(JSONError) -> JSON {
    guard bytes.count <= limits.byteCountMax else {
      throw JSONError(
        offset: 0, "\(bytes.count) bytes are more than the \(limits.byteCountMax) allowed")
    }
    var reader = JSONReader(bytes, limits: limits)
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.position == bytes.count else {
      throw reader.error("more text after the value")
    }
    return value
  }
}

// MARK: Values

extension JSONReader {
  private mutating func value(depth: Int) throws(JSONError) -> JSON {
    skipSpace()
    guard let byte = peek() else { throw error("the text ends where a value should be") }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw error("a value cannot start with \(Self.show(byte))")
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSON {
    try enter(depth)
    var members: [JSON.Member] = []
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      skipSpace()
      guard peek() == UInt8(ascii: "\"") else { throw error("expected a member name in quotes") }
      let name = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw error("expected ':' after a member name") }
      members.append(JSON.Member(name, try value(depth: depth + 1)))
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw error("expected ',' or '}' in an object") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSON {
    try enter(depth)
    var elements: [JSON] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(elements) }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw error("expected ',' or ']' in an array") }
    return .array(elements)
  }

  private mutating func literal(_ text: String, _ value: JSON) throws(JSONError) -> JSON {
    guard bytes[position...].starts(with: text.utf8) else {
      throw error("expected '\(text)'")
    }
    position += text.utf8.count
    return value
  }

  private mutating func number() throws(JSONError) -> JSON {
    let start = position
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
      try digits()
    }
    return .number(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private mutating func digits() throws(JSONError) {
    let start = position
    while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      position += 1
    }
    if position == start { throw error("expected a digit") }
  }
}

// MARK: Strings

extension JSONReader {
  private mutating func string() throws(JSONError) -> String {
    let opening = position
    position += 1
    let start = position
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: bytes[start..<position - 1], as: UTF8.self)
      case UInt8(ascii: "\\"):
        return try stringWithEscapes(start: start, opening: opening)
      case 0..<0x20: throw error("control character \(Self.show(byte)) in a string")
      default: position += 1
      }
    }
    throw JSONError(offset: opening, "a string that starts here has no end")
  }

  private mutating func stringWithEscapes(
    start: Int, opening: Int
  ) throws(JSONError) -> String {
    var text = Array(bytes[start..<position])
    while let byte = peek() {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20:
        position -= 1
        throw error("control character \(Self.show(byte)) in a string")
      default: text.append(byte)
      }
    }
    throw JSONError(offset: opening, "a string that starts here has no end")
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
    guard let byte = peek() else { throw error("the text ends inside an escape") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: String(try codePoint()).utf8)
    default:
      position -= 1
      throw error("unknown escape \(Self.show(byte))")
    }
  }

  private mutating func codePoint() throws(JSONError) -> Character {
    let first = try fourHexDigits()
    if (0xD800..<0xDC00).contains(first), bytes[position...].starts(with: #"\u"#.utf8) {
      let mark = position
      position += 2
      let second = try fourHexDigits()
      if (0xDC00..<0xE000).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      {
        return Character(scalar)
      }
      position = mark
    }
    return Character(Unicode.Scalar(first) ?? "\u{FFFD}")
  }

  private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek(), let digit = Hex.value(byte) else {
        throw error("expected four hex digits after '\\u'")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}

// MARK: Cursor

extension JSONReader {
  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  /// Steps over an opening bracket if that is not too deep.
  private mutating func enter(_ depth: Int) throws(JSONError) {
    guard depth < limits.nestingMax else {
      throw error("nested deeper than the \(limits.nestingMax) levels allowed")
    }
    position += 1
  }

  private func error(_ message: String) -> JSONError { JSONError(offset: position, message) }

  private static func show(_ byte: UInt8) -> String {
    (0x21..<0x7F).contains(byte)
      ? "'\(Character(Unicode.Scalar(byte)))'" : "0x" + Hex.encode(CollectionOfOne(byte))
  }
}
