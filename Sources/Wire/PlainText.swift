/// What may stand in a JSON string as it is.
enum PlainText {
  /// Printable ASCII but for the quote and the backslash.
  static let withMarkup: [Bool] = (0..<256).map { byte in
    byte >= 0x20 && byte < 0x80 && byte != 0x22 && byte != 0x5C
  }

  /// The same without `<`, `>` and `&`.
  static let withoutMarkup: [Bool] = withMarkup.enumerated().map { byte, plain in
    plain && byte != 0x3C && byte != 0x3E && byte != 0x26
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
