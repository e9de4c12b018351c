package import Wire

/// Why text in a block is not an attribute value.
package struct AttributeValueError: Error, Sendable, Equatable {
  /// Lower case, no full stop.
  package var message: String
}

// Blocks keep values that have no column of their own as proto3 JSON.
extension AnyValue {
  /// Reads the proto3 JSON of a value: `{"intValue":"5"}`, either name style.
  ///
  /// An object without a known member is a value that is not there.
  package init(json text: [UInt8]) throws(AttributeValueError) {
    let json: JSON
    do {
      json = try JSONReader.read(text)
    } catch {
      throw AttributeValueError(message: "not the JSON of an attribute value: \(error)")
    }
    self = try Self.value(json)
  }

  /// Reads the proto3 JSON of a value that has been parsed; a null is a value that is not there.
  package init(_ json: JSON) throws(AttributeValueError) {
    self = json.isNull ? .empty : try Self.value(json)
  }

  private static func value(_ json: JSON) throws(AttributeValueError) -> AnyValue {
    guard let members = json.members else {
      throw AttributeValueError(message: "an attribute value should be a JSON object")
    }
    for member in members {
      if let value = try value(member) { return value }
    }
    return .empty
  }

  /// nil for a member that names no kind of value.
  private static func value(_ member: JSON.Member) throws(AttributeValueError) -> AnyValue? {
    let json = member.value
    switch member.name {
    case "stringValue", "string_value": return .string(try expect(json.string, member))
    case "boolValue", "bool_value": return .bool(try expect(json.bool, member))
    case "intValue", "int_value": return .int(try expect(json.int64, member))
    case "doubleValue", "double_value": return .double(try expect(json.double, member))
    case "bytesValue", "bytes_value":
      return .bytes(try expect(json.string.flatMap(Base64.decode), member))
    case "arrayValue", "array_value": return .array(try elements(of: json))
    case "kvlistValue", "kvlist_value": return .map(try pairs(of: json))
    default: return nil
    }
  }

  private static func elements(of json: JSON) throws(AttributeValueError) -> [AnyValue] {
    var elements: [AnyValue] = []
    for element in json["values"]?.elements ?? [] { elements.append(try value(element)) }
    return elements
  }

  private static func pairs(of json: JSON) throws(AttributeValueError) -> [KeyValue] {
    var pairs: [KeyValue] = []
    for pair in json["values"]?.elements ?? [] {
      let value = pair["value"]
      pairs.append(
        KeyValue(
          key: pair["key"]?.string ?? "",
          value: value == nil || value?.isNull == true ? .empty : try Self.value(value ?? .null)))
    }
    return pairs
  }

  private static func expect<T>(
    _ value: T?, _ member: JSON.Member
  ) throws(AttributeValueError) -> T {
    guard let value else {
      throw AttributeValueError(message: "\(member.name) of an attribute value has another type")
    }
    return value
  }
}
