/// Why bytes are no partial result.
package struct PartialFormatError: Error, Equatable, CustomStringConvertible {
  package var offset: Int
  package var problem: String

  package var description: String { "partial result, byte \(offset): \(problem)" }
}

/// Writes the parts of which partial results consist.
///
///     varint   unsigned, 7 bits a byte, low bits first, the high bit says that more follow
///     zigzag   signed, as a varint of (n << 1) ^ (n >> 63)
///     float    8 bytes, IEEE 754, little endian
///     text     varint length, then that many bytes
///     amount   a number that is nearly always a count: varint n << 1 for an integer below 2^53,
///              else varint 1 and a float
struct PartialWriter {
  private(set) var bytes: [UInt8] = []

  mutating func byte(_ value: UInt8) { bytes.append(value) }

  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func count(_ value: Int) { varint(UInt64(value)) }

  mutating func zigzag(_ value: Int64) {
    varint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
  }

  mutating func float(_ value: Double) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(shift)))
    }
  }

  mutating func text(_ value: some Collection<UInt8>) {
    count(value.count)
    bytes.append(contentsOf: value)
  }

  mutating func amount(_ value: Double) {
    if value >= 0, value < 0x1p53, value == value.rounded(), value.sign == .plus {
      varint(UInt64(value) << 1)
    } else {
      varint(1)
      float(value)
    }
  }
}

/// Reads what `PartialWriter` wrote. The bytes may come from anywhere: nothing is believed.
struct PartialReader {
  private let bytes: [UInt8]
  private(set) var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }
  private var left: Int { bytes.count - offset }

  func error(_ problem: String) -> PartialFormatError {
    PartialFormatError(offset: offset, problem: problem)
  }

  mutating func byte() throws(PartialFormatError) -> UInt8 {
    guard offset < bytes.count else { throw error("ends too early") }
    defer { offset += 1 }
    return bytes[offset]
  }

  mutating func varint() throws(PartialFormatError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {  // bounded by ten bytes
      let next = try byte()
      guard shift < 63 || next <= 1 else { throw error("number of more than 64 bits") }
      value |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return value }
      shift += 7
    }
  }

  /// How many things follow, each of at least `bytesEach` bytes: never more than there can be.
  mutating func count(bytesEach: Int) throws(PartialFormatError) -> Int {
    let value = try varint()
    guard value <= UInt64(left / max(1, bytesEach)) else { throw error("count beyond the end") }
    return Int(value)
  }

  mutating func zigzag() throws(PartialFormatError) -> Int64 {
    let value = try varint()
    return Int64(bitPattern: (value >> 1) ^ (0 &- (value & 1)))
  }

  mutating func float() throws(PartialFormatError) -> Double {
    guard left >= 8 else { throw error("ends too early") }
    var pattern: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 8) { pattern |= UInt64(try byte()) << UInt64(shift) }
    return Double(bitPattern: pattern)
  }

  mutating func text() throws(PartialFormatError) -> [UInt8] {
    let length = try count(bytesEach: 1)
    defer { offset += length }
    return Array(bytes[offset..<offset + length])
  }

  mutating func amount() throws(PartialFormatError) -> Double {
    let value = try varint()
    if value & 1 == 0 { return Double(value >> 1) }
    guard value == 1 else { throw error("neither an integer nor a float") }
    return try float()
  }
}
