/// Writes one JSON text into a growing byte array, front to back.
///
/// The caller keeps begin and end, key and value in pairs; commas are placed here. Nothing is
/// reflected or boxed, and text is copied in runs, so writing costs little more than the copy.
package struct JSONWriter: Sendable {
  /// What has been written so far.
  package private(set) var bytes: [UInt8] = []
  /// A value stands before the next one, in the same object or array.
  private var needsComma = false
  private let plainText: PlainText
  private var fractions = WrittenFractions()

  /// Starts an empty text.
  ///
  /// `escapingMarkup` writes `<`, `>`, `&` and the line separators U+2028 and U+2029 as `\u003c`
  /// and so on, which is what Go's encoder does.
  package init(escapingMarkup: Bool = false, reservingBytes: Int = 0) {
    plainText = PlainText(escapesMarkup: escapingMarkup)
    bytes.reserveCapacity(reservingBytes)
  }

  /// The text so far as a string.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Hands over what was written and goes on writing after it: for sending in pieces.
  package mutating func drain() -> [UInt8] {
    let written = bytes
    fractions = WrittenFractions()
    bytes.removeAll(keepingCapacity: true)
    return written
  }
}

// MARK: Structure

extension JSONWriter {
  package mutating func beginObject() { open(UInt8(ascii: "{")) }
  package mutating func endObject() { close(UInt8(ascii: "}")) }
  package mutating func beginArray() { open(UInt8(ascii: "[")) }
  package mutating func endArray() { close(UInt8(ascii: "]")) }

  /// Writes an object around what `members` writes.
  package mutating func object<Failure: Error>(
    _ members: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    beginObject()
    try members(&self)
    endObject()
  }

  /// Writes an array around what `elements` writes.
  package mutating func array<Failure: Error>(
    _ elements: (inout JSONWriter) throws(Failure) -> Void
  ) throws(Failure) {
    beginArray()
    try elements(&self)
    endArray()
  }

  /// Writes a member's name; its value must follow.
  package mutating func key(_ name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes a member's name that needs no escapes, as it stands; its value must follow.
  package mutating func key(plain name: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: [UInt8(ascii: "\""), UInt8(ascii: ":")])
    needsComma = false
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }
}

// MARK: Values

extension JSONWriter {
  package mutating func null() { literal("null") }
  package mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

  package mutating func int(_ value: Int) { int(Int64(value)) }

  /// Writes a JSON number.
  package mutating func int(_ value: Int64) {
    separate()
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    appendDecimal(value.magnitude)
  }

  /// Writes a JSON number.
  package mutating func uint(_ value: UInt64) {
    separate()
    appendDecimal(value)
  }

  /// Writes a 64-bit integer the way proto3 JSON does: as a string of decimal digits.
  package mutating func quoted(_ value: Int64) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    appendDecimal(value.magnitude)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes an unsigned 64-bit integer as a string of decimal digits.
  package mutating func quoted(_ value: UInt64) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    appendDecimal(value)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes the shortest digits that read back as `value`, spelled as Go spells them; what is not
  /// finite becomes the string `NaN`, `Infinity` or `-Infinity`.
  package mutating func double(_ value: Double) {
    guard value.isFinite else {
      return string(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
    }
    separate()
    if value.magnitude < 0x1p53, Double(Int64(value)) == value {
      if value.sign == .minus { bytes.append(UInt8(ascii: "-")) }
      return appendDecimal(UInt64(value.magnitude))
    }
    if let known = fractions.place(of: value) {
      // A slice would share the bytes, and appending to them would copy all.
      for i in known { bytes.append(bytes[i]) }
      return
    }
    let start = bytes.count
    defer { fractions.note(value, at: start..<bytes.count) }
    let digits = value.description
    // Without an exponent, a fraction is spelled alike in Swift and in Go.
    if value.magnitude >= 0x1p53 || digits.utf8.contains(UInt8(ascii: "e")) {
      bytes.append(contentsOf: ShortestDecimal(digits).text)
    } else {
      bytes.append(contentsOf: digits.utf8)
    }
  }

  /// Writes bytes as a string of standard, padded base64.
  package mutating func base64(_ value: some Collection<UInt8>) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    Base64.append(value, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes bytes as a string of lower-case hex digits.
  package mutating func hex(_ value: some Collection<UInt8>) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    Hex.append(value, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes bytes that already are a JSON value.
  package mutating func raw(_ value: [UInt8]) {
    separate()
    bytes.append(contentsOf: value)
  }

  private mutating func literal(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func appendDecimal(_ value: UInt64) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var first = 20
      var rest = value
      repeat {
        let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
        first -= 1
        digits[first] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
        rest = quotient
      } while rest != 0
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[first...]))
    }
  }
}

// MARK: Text

extension JSONWriter {
  package mutating func string(_ value: String) {
    var value = value
    separate()
    bytes.append(UInt8(ascii: "\""))
    value.withUTF8 { appendEscaped($0) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes bytes that should be UTF-8 as a string; sequences that are not become U+FFFD.
  package mutating func string(utf8 value: ArraySlice<UInt8>) {
    value.withUnsafeBufferPointer { string(utf8: $0) }
  }

  /// Writes bytes that should be UTF-8 as a string; sequences that are not become U+FFFD.
  package mutating func string(utf8 value: [UInt8]) {
    value.withUnsafeBufferPointer { string(utf8: $0) }
  }

  /// Writes bytes that should be UTF-8 as a string; sequences that are not become U+FFFD.
  package mutating func string(utf8 value: UnsafeBufferPointer<UInt8>) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    appendEscaped(value)
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
    var copied = 0
    var i = plainText.prefixCount(of: text, from: 0)
    while i < text.count {
      let byte = text[i]
      let length = byte < 0x80 ? 0 : PlainText.sequenceLength(text, at: i)
      if length > 0, !isEscapedSeparator(text, at: i, length: length) {
        i = plainText.prefixCount(of: text, from: i + length)
        continue
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[copied..<i]))
      if byte < 0x80 {
        appendEscape(byte)
      } else if length == 0 {
        bytes.append(contentsOf: [0xEF, 0xBF, 0xBD])
      } else {
        bytes.append(contentsOf: (text[i + 2] == 0xA8 ? #"\u2028"# : #"\u2029"#).utf8)
      }
      copied = i + max(length, 1)
      i = plainText.prefixCount(of: text, from: copied)
    }
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[copied...]))
  }

  private func isEscapedSeparator(
    _ text: UnsafeBufferPointer<UInt8>, at i: Int, length: Int
  ) -> Bool {
    plainText.escapesMarkup && length == 3 && text[i] == 0xE2 && text[i + 1] == 0x80
      && (text[i + 2] == 0xA8 || text[i + 2] == 0xA9)
  }

  private mutating func appendEscape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    default:
      bytes.append(contentsOf: "u00".utf8)
      Hex.append(CollectionOfOne(byte), to: &bytes)
    }
  }
}
