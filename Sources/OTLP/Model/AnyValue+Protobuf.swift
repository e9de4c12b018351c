package import Wire

extension AnyValue {
  /// Nesting a message may have before it is refused.
  private static let nestingMax = 64

  /// Reads an OTLP `AnyValue` message.
  package init(protobuf message: [UInt8]) throws(ProtobufError) {
    self = try Self.read(ProtobufReader(message), depth: 0)
  }

  static func read(_ reader: ProtobufReader, depth: Int) throws(ProtobufError) -> AnyValue {
    guard depth < nestingMax else {
      throw ProtobufError(offset: 0, "values nested more than \(nestingMax) deep")
    }
    var reader = reader
    var value = AnyValue.empty
    while let field = try reader.next() {
      switch field.number {
      case 1: value = .string(try field.string())
      case 2: value = .bool(try field.bool())
      case 3: value = .int(try field.int64())
      case 4: value = .double(try field.double())
      case 5: value = .array(try elements(of: try field.message(), depth: depth + 1))
      case 6: value = .map(try pairs(of: try field.message(), depth: depth + 1))
      case 7: value = .bytes(Array(try field.bytes()))
      default: break
      }
    }
    return value
  }

  private static func elements(
    of reader: ProtobufReader, depth: Int
  ) throws(ProtobufError) -> [AnyValue] {
    var reader = reader
    var elements: [AnyValue] = []
    while let field = try reader.next() {
      guard field.number == 1 else { continue }
      elements.append(try read(try field.message(), depth: depth))
    }
    return elements
  }

  private static func pairs(
    of reader: ProtobufReader, depth: Int
  ) throws(ProtobufError) -> [KeyValue] {
    var reader = reader
    var pairs: [KeyValue] = []
    while let field = try reader.next() {
      guard field.number == 1 else { continue }
      pairs.append(try KeyValue.read(try field.message(), depth: depth))
    }
    return pairs
  }
}

extension KeyValue {
  static func read(_ reader: ProtobufReader, depth: Int) throws(ProtobufError) -> KeyValue {
    var reader = reader
    var pair = KeyValue(key: "", value: .empty)
    while let field = try reader.next() {
      switch field.number {
      case 1: pair.key = try field.string()
      case 2: pair.value = try AnyValue.read(try field.message(), depth: depth)
      default: break
      }
    }
    return pair
  }
}
