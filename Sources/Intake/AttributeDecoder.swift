import Columns
import OTLP
import Spans
import Wire

/// Reads `KeyValue` messages into the columns of an attribute table.
struct AttributeDecoder {
  let bytesMax: Int
  /// What the attributes that are read are attributes of.
  var place = TruncationCounts.Place.span
  private(set) var truncated = TruncationCounts()

  init(bytesMax: Int) { self.bytesMax = bytesMax }

  /// Appends one attribute.
  mutating func attribute(
    _ message: ProtobufScanner, _ table: inout AttributeTable, _ strings: inout StringInterner
  ) throws(IntakeError) {
    var scanner = message
    var key: UInt32 = 0
    var value: ProtobufScanner?
    while !scanner.isAtEnd {
      switch try scanner.key() {
      case (1, .bytes): key = strings.intern(cut(try scanner.bytes()))
      case (2, .bytes): value = try scanner.message()
      case (_, let type): try scanner.skip(type)
      }
    }
    try append(key: key, value, &table, &strings)
  }

  private mutating func append(
    key: UInt32, _ message: ProtobufScanner?, _ table: inout AttributeTable,
    _ strings: inout StringInterner
  ) throws(IntakeError) {
    switch try scalar(message, &strings) {
    case .scalar(let kind, let payload): table.append(key: key, kind, payload)
    case .none: table.append(key: key, .json, UInt64(strings.intern("{}")))
    case .other:
      if let array = try array(message, &strings) {
        table.append(key: key, array.kind, elements: array.elements)
      } else {
        let value = try Self.anyValue(message)
        table.append(key: key, .json, UInt64(strings.intern(value.protoJSON())))
      }
    }
  }

  private enum Value {
    case none
    case scalar(AttributeKind, UInt64)
    case other
  }

  /// The value of an `AnyValue` message if it is of one of the four simple types; of a oneof sent
  /// twice the last counts.
  private mutating func scalar(
    _ message: ProtobufScanner?, _ strings: inout StringInterner
  ) throws(IntakeError) -> Value {
    guard var scanner = message else { return .none }
    var value = Value.none
    while !scanner.isAtEnd {
      switch try scanner.key() {
      case (1, .bytes):
        value = .scalar(.text, UInt64(strings.intern(cut(try scanner.bytes()))))
      case (2, .varint): value = .scalar(.bool, try scanner.varint() == 0 ? 0 : 1)
      case (3, .varint): value = .scalar(.int, try scanner.varint())
      case (4, .fixed64): value = .scalar(.double, try scanner.fixed64())
      case (5...7, .bytes):
        value = .other
        try scanner.skip(.bytes)
      case (_, let type): try scanner.skip(type)
      }
    }
    return value
  }

  /// The elements of an array whose elements are all of one simple type; nil for any other value.
  private mutating func array(
    _ message: ProtobufScanner?, _ strings: inout StringInterner
  ) throws(IntakeError) -> (kind: AttributeKind, elements: [UInt64])? {
    guard var scanner = message else { return nil }
    var list: ProtobufScanner?
    while !scanner.isAtEnd {
      switch try scanner.key() {
      case (5, .bytes): list = try scanner.message()
      case (6...7, .bytes):
        list = nil
        try scanner.skip(.bytes)
      case (_, let type): try scanner.skip(type)
      }
    }
    guard var list else { return nil }
    var kind: AttributeKind?
    var elements: [UInt64] = []
    while !list.isAtEnd {
      guard case (1, .bytes) = try list.key() else {
        throw .malformed(offset: list.position, "an array holds values only")
      }
      guard case .scalar(let element, let payload) = try uncutScalar(try list.message(), &strings),
        kind == nil || kind == element
      else { return nil }
      kind = element
      elements.append(payload)
    }
    return (kind?.array ?? .textArray, elements)
  }

  /// Texts inside arrays are never cut (ingest.md 7.2).
  private func uncutScalar(
    _ message: ProtobufScanner, _ strings: inout StringInterner
  ) throws(IntakeError) -> Value {
    var whole = AttributeDecoder(bytesMax: 0)
    return try whole.scalar(message, &strings)
  }

  private static func anyValue(_ message: ProtobufScanner?) throws(IntakeError) -> AnyValue {
    do throws(ProtobufError) {
      return try AnyValue(protobuf: message?.remainingBytes ?? [])
    } catch {
      throw IntakeError(error)
    }
  }

  /// At most `bytesMax` bytes, ending where a character ends.
  private mutating func cut(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard bytesMax > 0, text.count > bytesMax else { return text }
    truncated[place] += 1
    var count = bytesMax
    while count > 0, text[count] & 0xC0 == 0x80 { count -= 1 }
    return UnsafeRawBufferPointer(rebasing: text[..<count])
  }
}

extension AttributeKind {
  /// Arrays of values of this kind.
  var array: AttributeKind {
    switch self {
    case .int: .intArray
    case .double: .doubleArray
    case .bool: .boolArray
    default: .textArray
    }
  }
}
