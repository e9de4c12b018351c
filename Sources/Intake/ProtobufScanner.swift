/// Walks the fields of a protobuf message in memory that is held elsewhere, without copying any of
/// it: the hot path of ingest. Every read is checked against the end of the message.
struct ProtobufScanner {
  /// What one field's bytes are.
  enum WireType: UInt8 {
    case varint = 0
    case fixed64, bytes, startGroup, endGroup, fixed32
  }

  private let base: UnsafeRawBufferPointer
  private(set) var position: Int
  private let end: Int

  /// Scans all of `message`, which has to outlive the scanner.
  init(_ message: UnsafeRawBufferPointer) { self.init(message, 0..<message.count) }

  private init(_ base: UnsafeRawBufferPointer, _ range: Range<Int>) {
    self.base = base
    position = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { position >= end }

  /// Number and type of the next field; only while not at the end.
  @inline(__always)
  mutating func key() throws(IntakeError) -> (number: Int, type: WireType) {
    let start = position
    let key = try varint()
    guard let type = WireType(rawValue: UInt8(key & 7)), type != .startGroup, type != .endGroup,
      key >> 3 > 0, key >> 3 < 1 << 29
    else { throw .malformed(offset: start, "no field starts here") }
    return (Int(key >> 3), type)
  }

  @inline(__always)
  mutating func varint() throws(IntakeError) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < end {
      let byte = base[position]
      position &+= 1
      if shift == 63, byte > 1 { break }
      value |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 { return value }
      shift &+= 7
      if shift > 63 { break }
    }
    throw .malformed(offset: start, "a number that does not end")
  }

  mutating func fixed64() throws(IntakeError) -> UInt64 {
    guard end - position >= 8 else { throw truncated }
    defer { position &+= 8 }
    return UInt64(
      littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
  }

  /// The bytes of a field of bytes, text, or a message.
  @inline(__always)
  mutating func bytes() throws(IntakeError) -> UnsafeRawBufferPointer {
    let range = try range()
    return UnsafeRawBufferPointer(rebasing: base[range])
  }

  /// A scanner over a nested message; offsets stay those of the whole.
  @inline(__always)
  mutating func message() throws(IntakeError) -> ProtobufScanner {
    ProtobufScanner(base, try range())
  }

  /// What is left of the message, copied.
  var remainingBytes: [UInt8] { Array(base[position..<end]) }

  mutating func skip(_ type: WireType) throws(IntakeError) {
    switch type {
    case .varint: _ = try varint()
    case .fixed64: _ = try fixed64()
    case .bytes: _ = try range()
    case .fixed32:
      guard end - position >= 4 else { throw truncated }
      position += 4
    case .startGroup, .endGroup: throw .malformed(offset: position, "groups are not used")
    }
  }

  @inline(__always)
  private mutating func range() throws(IntakeError) -> Range<Int> {
    let start = position
    let length = try varint()
    guard length <= UInt64(end - position) else {
      throw .malformed(
        offset: start, "\(length) bytes announced, \(end - position) left")
    }
    defer { position &+= Int(length) }
    return position..<position + Int(length)
  }

  private var truncated: IntakeError {
    IntakeError.malformed(offset: position, "the message ends inside a field")
  }
}
