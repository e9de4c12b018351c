/// Bytes as base64 text, RFC 4648.
package enum Base64 {
  private static let alphabet = [UInt8](
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Six-bit values by character, 0xFF for characters that are none; both alphabets.
  private static let values: [UInt8] = {
    var table = [UInt8](repeating: 0xFF, count: 256)
    for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
    table[Int(UInt8(ascii: "-"))] = 62
    table[Int(UInt8(ascii: "_"))] = 63
    return table
  }()

  /// Standard alphabet, with padding.
  package static func encode(_ bytes: some Collection<UInt8>) -> String {
    var text: [UInt8] = []
    append(bytes, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads the standard or the URL alphabet, with or without padding; nil if `text` is not base64.
  package static func decode(_ text: String) -> [UInt8]? {
    var characters = Array(text.utf8)
    if characters.count.isMultiple(of: 4) {
      for _ in 0..<2 where characters.last == UInt8(ascii: "=") { characters.removeLast() }
    }
    guard characters.count % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(characters.count / 4 * 3 + 2)
    var bits: UInt32 = 0
    var bitCount = 0
    for character in characters {
      let value = values[Int(character)]
      if value == 0xFF { return nil }
      bits = bits << 6 | UInt32(value)
      bitCount += 6
      if bitCount >= 8 {
        bitCount -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
      }
    }
    return bytes
  }

  static func append(_ bytes: some Collection<UInt8>, to text: inout [UInt8]) {
    var bits: UInt32 = 0
    var held = 0
    for byte in bytes {
      bits = bits << 8 | UInt32(byte)
      held += 1
      guard held == 3 else { continue }
      text.append(character(bits, 18))
      text.append(character(bits, 12))
      text.append(character(bits, 6))
      text.append(character(bits, 0))
      (bits, held) = (0, 0)
    }
    let padding = UInt8(ascii: "=")
    switch held {
    case 1: text += [character(bits, 2), character(bits << 4, 0), padding, padding]
    case 2: text += [character(bits, 10), character(bits, 4), character(bits << 2, 0), padding]
    default: break
    }
  }

  private static func character(_ bits: UInt32, _ shift: UInt32) -> UInt8 {
    alphabet[Int(bits >> shift & 63)]
  }
}
