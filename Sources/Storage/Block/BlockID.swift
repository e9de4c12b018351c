import Wire

/// Block identifiers: UUIDs in their canonical text form.
package enum BlockID {
  /// A new random identifier: a UUID of version 4.
  package static func random() -> String {
    var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    guard let text = text(bytes[...]) else { preconditionFailure("sixteen bytes are a UUID") }
    return text
  }

  /// Whether `text` spells a UUID: 8-4-4-4-12 hex digits.
  package static func isValid(_ text: some StringProtocol) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count == 36 else { return false }
    return bytes.enumerated().allSatisfy { i, byte in
      [8, 13, 18, 23].contains(i) ? byte == UInt8(ascii: "-") : Hex.value(byte) != nil
    }
  }

  /// The text form of 16 raw bytes; nil for any other number.
  static func text(_ bytes: ArraySlice<UInt8>) -> String? {
    guard bytes.count == 16 else { return nil }
    var text = ""
    for (i, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(i) { text += "-" }
      text += Hex.encode(CollectionOfOne(byte))
    }
    return text
  }
}
