/// Goes through the fields of one protobuf message, front to back.
///
///     var reader = ProtobufReader(bytes)
///     while let field = try reader.next() {
///       switch field.number { case 1: name = try field.string() … default: break }
///     }
///
/// A nested message is a slice of the same bytes, so errors name offsets in the whole.
package struct ProtobufReader: Sendable {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  package init(_ bytes: [UInt8]) { self.init(bytes[...]) }

  package init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// The next field, nil at the end of the message.
  package mutating func next() throws(ProtobufError) -> ProtobufField? {
    guard position < bytes.endIndex else { return nil }
    let offset = position
    let key = try varint()
    let number = key >> 3
    guard number > 0, number < 1 << 29 else {
      throw ProtobufError(offset: offset, "field number \(number) is not allowed")
    }
    let value: ProtobufField.Value
    switch key & 7 {
    case 0: value = .varint(try varint())
    case 1: value = .fixed64(littleEndian(try take(8)))
    case 2: value = .bytes(try lengthDelimited())
    case 5: value = .fixed32(UInt32(truncatingIfNeeded: littleEndian(try take(4))))
    default:
      throw ProtobufError(offset: offset, "wire type \(key & 7) of field \(number) is not known")
    }
    return ProtobufField(number: Int(number), value: value, offset: offset)
  }

  private mutating func varint() throws(ProtobufError) -> UInt64 {
    let offset = position
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.endIndex {
      let byte = bytes[position]
      position += 1
      if shift == 63, byte > 1 { throw ProtobufError(offset: offset, "a number above 64 bits") }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw ProtobufError(offset: offset, "the message ends inside a number")
  }

  private mutating func lengthDelimited() throws(ProtobufError) -> ArraySlice<UInt8> {
    let offset = position
    let length = try varint()
    guard length <= UInt64(bytes.endIndex - position) else {
      throw ProtobufError(
        offset: offset, "\(length) bytes announced, \(bytes.endIndex - position) left")
    }
    return try take(Int(length))
  }

  private mutating func take(_ count: Int) throws(ProtobufError) -> ArraySlice<UInt8> {
    guard count <= bytes.endIndex - position else {
      throw ProtobufError(offset: position, "the message ends inside a field")
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  private func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
