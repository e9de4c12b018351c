/// `key=value key="quoted value" bare`: the tags of a legacy search.
enum Logfmt {
  /// Pairs in the order written; the error text is the reason alone.
  static func parse(_ text: String) throws(APIError) -> [(key: String, value: String)] {
    let bytes = Array(text.utf8)
    var position = 0
    var pairs: [(key: String, value: String)] = []
    while true {  // every turn takes at least one byte
      while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
      guard position < bytes.count else { return pairs }
      let start = position
      while position < bytes.count, bytes[position] > 0x20, bytes[position] != equals,
        bytes[position] != quote
      { position += 1 }
      guard position > start, position == bytes.count || bytes[position] != quote else {
        throw unexpected(bytes[position], at: position)
      }
      let key = String(decoding: bytes[start..<position], as: UTF8.self)
      var value = ""
      if position < bytes.count, bytes[position] == equals {
        position += 1
        value = try self.value(bytes, &position)
      }
      if pairs.contains(where: { $0.key == key }) {
        throw .badRequest("invalid tags: tag \(key) has been set twice")
      }
      pairs.append((key, value))
    }
  }

  private static func value(_ bytes: [UInt8], _ position: inout Int) throws(APIError) -> String {
    guard position < bytes.count, bytes[position] == quote else {
      let start = position
      while position < bytes.count, bytes[position] > 0x20 {
        guard bytes[position] != quote, bytes[position] != equals else {
          throw unexpected(bytes[position], at: position)
        }
        position += 1
      }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }
    position += 1
    var value: [UInt8] = []
    while position < bytes.count, bytes[position] != quote {
      if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count {
        position += 1
        value.append(unescaped(bytes[position]))
      } else {
        value.append(bytes[position])
      }
      position += 1
    }
    guard position < bytes.count else {
      throw .badRequest("invalid tags: unterminated quoted value at pos \(position + 1)")
    }
    position += 1
    return String(decoding: value, as: UTF8.self)
  }

  private static let equals = UInt8(ascii: "=")
  private static let quote = UInt8(ascii: "\"")

  private static func unescaped(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: byte
    }
  }

  private static func unexpected(_ byte: UInt8, at position: Int) -> APIError {
    .badRequest(
      "invalid tags: unexpected '\(Character(Unicode.Scalar(byte)))' at pos \(position + 1)")
  }
}
