/// One field of a protobuf message: a number and a value of one of the wire types.
package struct ProtobufField: Sendable, Equatable {
  package enum Value: Sendable, Equatable {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes(ArraySlice<UInt8>)
  }

  package var number: Int
  package var value: Value
  /// Where the field starts.
  package var offset: Int

  /// A varint as it is; also bool and enum values.
  package func uint64() throws(ProtobufError) -> UInt64 {
    guard case .varint(let value) = value else { throw mismatch("a varint") }
    return value
  }

  /// A varint in two's complement.
  package func int64() throws(ProtobufError) -> Int64 { Int64(bitPattern: try uint64()) }

  /// The low 32 bits of a varint, as protobuf prescribes for narrower fields.
  package func int32() throws(ProtobufError) -> Int32 { Int32(truncatingIfNeeded: try uint64()) }
  package func uint32() throws(ProtobufError) -> UInt32 { UInt32(truncatingIfNeeded: try uint64()) }
  package func bool() throws(ProtobufError) -> Bool { try uint64() != 0 }

  package func fixed64() throws(ProtobufError) -> UInt64 {
    guard case .fixed64(let value) = value else { throw mismatch("eight bytes") }
    return value
  }

  package func fixed32() throws(ProtobufError) -> UInt32 {
    guard case .fixed32(let value) = value else { throw mismatch("four bytes") }
    return value
  }

  package func double() throws(ProtobufError) -> Double { Double(bitPattern: try fixed64()) }

  package func bytes() throws(ProtobufError) -> ArraySlice<UInt8> {
    guard case .bytes(let value) = value else { throw mismatch("a length and bytes") }
    return value
  }

  /// Text; what is not UTF-8 is repaired with U+FFFD.
  package func string() throws(ProtobufError) -> String {
    String(decoding: try bytes(), as: UTF8.self)
  }

  /// A reader over a nested message.
  package func message() throws(ProtobufError) -> ProtobufReader { ProtobufReader(try bytes()) }

  private func mismatch(_ expected: String) -> ProtobufError {
    ProtobufError(offset: offset, "field \(number) should be \(expected)")
  }
}
