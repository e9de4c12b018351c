/// Writes one protobuf message into a growing byte array.
///
/// Every call writes its field, also when the value is the default: what to leave out is the
/// caller's knowledge.
package struct ProtobufWriter: Sendable {
  /// What has been written so far.
  package private(set) var bytes: [UInt8] = []

  package init(reservingBytes: Int = 0) { bytes.reserveCapacity(reservingBytes) }

  package mutating func uint64(_ field: Int, _ value: UInt64) {
    tag(field, wireType: 0)
    varint(value)
  }

  package mutating func int64(_ field: Int, _ value: Int64) {
    uint64(field, UInt64(bitPattern: value))
  }

  package mutating func bool(_ field: Int, _ value: Bool) { uint64(field, value ? 1 : 0) }

  package mutating func fixed64(_ field: Int, _ value: UInt64) {
    tag(field, wireType: 1)
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  package mutating func fixed32(_ field: Int, _ value: UInt32) {
    tag(field, wireType: 5)
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  package mutating func double(_ field: Int, _ value: Double) { fixed64(field, value.bitPattern) }

  package mutating func string(_ field: Int, _ value: String) {
    tag(field, wireType: 2)
    varint(UInt64(value.utf8.count))
    bytes.append(contentsOf: value.utf8)
  }

  package mutating func bytes(_ field: Int, _ value: [UInt8]) { self.bytes(field, value[...]) }

  package mutating func bytes(_ field: Int, _ value: ArraySlice<UInt8>) {
    tag(field, wireType: 2)
    varint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  /// Writes a nested message around what `fields` writes.
  ///
  /// One byte is kept for the length; a message of 128 bytes or more is moved up once it is known.
  package mutating func message<Failure: Error>(
    _ field: Int, _ fields: (inout ProtobufWriter) throws(Failure) -> Void
  ) throws(Failure) {
    tag(field, wireType: 2)
    let lengthAt = bytes.count
    bytes.append(0)
    try fields(&self)
    var length = UInt64(bytes.count - lengthAt - 1)
    if length < 0x80 {
      bytes[lengthAt] = UInt8(length)
      return
    }
    var encoded: [UInt8] = []
    while length >= 0x80 {
      encoded.append(UInt8(truncatingIfNeeded: length) | 0x80)
      length >>= 7
    }
    encoded.append(UInt8(length))
    bytes.replaceSubrange(lengthAt...lengthAt, with: encoded)
  }

  private mutating func tag(_ field: Int, wireType: UInt64) {
    precondition(field > 0 && field < 1 << 29, "field numbers are 1 to 2^29 - 1")
    varint(UInt64(field) << 3 | wireType)
  }

  private mutating func varint(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }
}
