import Wire

/// Values as vParquet3 hides them in blobs: protobuf `AnyValue`, or its JSON (blocks.md appendix
/// A).
enum EncodedScalar {
  case text([UInt8])
  case int(Int64)
  case double(Double)
  case bool(Bool)

  var type: AttributeType {
    switch self {
    case .text: .text
    case .int: .int
    case .double: .double
    case .bool: .bool
    }
  }

  /// The elements TraceQL sees in an encoded value: one for a scalar, all of an array of one kind,
  /// none for anything else (maps, bytes, mixed arrays, bytes that are no value at all).
  static func elements(encoded bytes: ArraySlice<UInt8>) -> [EncodedScalar] {
    if let first = bytes.first, first == UInt8(ascii: "{") { return elements(json: bytes) }
    // A value that cannot be decoded has no elements: blobs are the sender's, not the format's.
    return (try? elements(protobuf: ProtobufReader(bytes), depth: 0)) ?? []
  }

  static func elements(json bytes: ArraySlice<UInt8>) -> [EncodedScalar] {
    // As above: broken JSON in a value is a value without elements.
    guard let json = try? JSONReader.read(Array(bytes)) else { return [] }
    return uniform(elements(json, depth: 0))
  }

  private static func elements(_ json: JSON, depth: Int) -> [EncodedScalar] {
    func member(_ names: [String]) -> JSON? { names.lazy.compactMap { json[$0] }.first }
    if let text = member(["stringValue", "string_value"])?.string {
      return [.text(Array(text.utf8))]
    }
    if let int = member(["intValue", "int_value"]) {
      return (int.int64 ?? int.string.flatMap { Int64($0) }).map { [.int($0)] } ?? []
    }
    if let double = member(["doubleValue", "double_value"]) {
      return (double.double ?? double.string.flatMap(Self.double)).map { [.double($0)] } ?? []
    }
    if let bool = member(["boolValue", "bool_value"])?.bool { return [.bool(bool)] }
    guard depth == 0, let array = member(["arrayValue", "array_value"]) ?? json["values"] else {
      return []
    }
    return collected(
      (array["values"]?.elements ?? array.elements ?? []).map { elements($0, depth: 1) })
  }

  private static func double(_ text: String) -> Double? {
    switch text {
    case "Infinity": .infinity
    case "-Infinity": -.infinity
    case "NaN": .nan
    default: Double(text)
    }
  }

  private static func elements(
    protobuf reader: ProtobufReader, depth: Int
  ) throws(ProtobufError) -> [EncodedScalar] {
    var reader = reader
    var result: [EncodedScalar] = []
    while let field = try reader.next() {
      switch field.number {
      case 1: result = [.text(Array(try field.bytes()))]
      case 2: result = [.bool(try field.bool())]
      case 3: result = [.int(try field.int64())]
      case 4: result = [.double(try field.double())]
      case 5 where depth == 0:
        var members: [[EncodedScalar]] = []
        var array = try field.message()
        while let element = try array.next() {
          guard element.number == 1 else { continue }
          members.append(try elements(protobuf: element.message(), depth: 1))
        }
        result = uniform(collected(members))
      default: break
      }
    }
    return result
  }

  /// All members, or none if one of them is not a scalar.
  private static func collected(_ members: [[EncodedScalar]]) -> [EncodedScalar] {
    members.allSatisfy { $0.count == 1 } ? members.flatMap { $0 } : []
  }

  /// An array of several kinds is not a value TraceQL knows.
  private static func uniform(_ elements: [EncodedScalar]) -> [EncodedScalar] {
    elements.allSatisfy { $0.type == elements[0].type } ? elements : []
  }
}
