/// What may stand in a JSON string as it is: ASCII but for controls, quotes and backslashes.
struct PlainText: Sendable {
  /// `<`, `>` and `&` may not stand as they are either.
  let escapesMarkup: Bool

  /// Where the run of plain bytes that starts at `start` ends.
  func prefixCount(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var i = start
    let raw = UnsafeRawBufferPointer(text)
    while i + 8 <= text.count {
      guard isPlain(raw.loadUnaligned(fromByteOffset: i, as: UInt64.self)) else { break }
      i += 8
    }
    while i < text.count, isPlain(text[i]) { i += 1 }
    return i
  }

  private func isPlain(_ byte: UInt8) -> Bool {
    guard byte >= 0x20, byte < 0x80, byte != 0x22, byte != 0x5C else { return false }
    return !escapesMarkup || byte != 0x3C && byte != 0x3E && byte != 0x26
  }

  /// The same for eight bytes at once.
  ///
  /// In `(x - ones) & ~x` the top bit of a byte is set if the byte was zero; carries can set it in
  /// bytes above such a one, which does not matter to the question whether there is any.
  private func isPlain(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = word ^ ones &* 0x22
    let slashes = word ^ ones &* 0x5C
    var special = word | (word &- ones &* 0x20) & ~word
    special |= (quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes
    if escapesMarkup {
      let angles = word & ~(ones &* 2) ^ ones &* 0x3C
      let ands = word ^ ones &* 0x26
      special |= (angles &- ones) & ~angles | (ands &- ones) & ~ands
    }
    return special & ones &* 0x80 == 0
  }

  /// Length of the well-formed UTF-8 sequence that starts at `i` with a byte above 0x7F; 0 if it
  /// is not well formed (overlong, surrogate, out of range or cut short).
  static func sequenceLength(_ text: UnsafeBufferPointer<UInt8>, at i: Int) -> Int {
    let lead = text[i]
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return 0
    }
    guard i + length <= text.count, second.contains(text[i + 1]) else { return 0 }
    for k in 2..<max(length, 2) where !(0x80...0xBF).contains(text[i + k]) { return 0 }
    return length
  }
}
