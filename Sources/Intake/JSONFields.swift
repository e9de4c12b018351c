import Columns
import OTLP
import Spans
import Wire

/// Numbers of OTLP's enums by name (ingest.md 2).
enum JSONEnum {
  static let kinds: [String: Int32] = [
    "SPAN_KIND_UNSPECIFIED": 0, "SPAN_KIND_INTERNAL": 1, "SPAN_KIND_SERVER": 2,
    "SPAN_KIND_CLIENT": 3, "SPAN_KIND_PRODUCER": 4, "SPAN_KIND_CONSUMER": 5,
  ]
  static let statusCodes: [String: Int32] = [
    "STATUS_CODE_UNSET": 0, "STATUS_CODE_OK": 1, "STATUS_CODE_ERROR": 2,
  ]
}

/// Identifiers as texts: hex in OTLP, base64 in Tempo's API.
enum JSONIdentifier {
  /// The bytes of an identifier that has `byteCount` of them or is empty.
  static func bytes(_ text: String, byteCount: Int) throws(IntakeError) -> [UInt8] {
    if text.isEmpty { return [] }
    let decoded = text.utf8.count == 2 * byteCount ? Hex.decode(text) : Base64.decode(text)
    guard let decoded, decoded.count == byteCount else {
      let what = "'\(text)' is not the hex of \(byteCount) bytes"
      throw byteCount == 16 ? .invalidTraceID(what) : .invalidSpanID(what)
    }
    return decoded
  }

  /// A span's identifier; all zeros mean none.
  static func spanID(_ text: String) throws(IntakeError) -> ShortID {
    let bytes = try bytes(text, byteCount: 8)
    guard let id = ShortID(bytes), id.bits != 0 else { return .none }
    return id
  }
}

extension OTLPJSONDecoder {
  /// Appends the member `attributes` of an object.
  static func append(
    _ json: JSON?, to attributes: inout AttributeTable, _ table: inout SpanTable
  ) throws(IntakeError) {
    try append(json, to: &attributes, &table.strings)
  }

  static func append(
    _ json: JSON?, to attributes: inout AttributeTable, _ strings: inout StringInterner
  ) throws(IntakeError) {
    for pair in try json.list("attributes", "attributes") {
      let value: AnyValue
      do throws(AttributeValueError) {
        value = try AnyValue(pair["value"] ?? .null)
      } catch {
        throw .malformed(offset: nil, error.message)
      }
      attributes.append(key: try pair.text("key", "key"), value, &strings)
    }
  }
}

/// Typed access to members in either spelling; what is missing or null is empty or zero.
extension JSON? {
  func member(_ camel: String, _ snake: String) -> JSON? {
    guard let json = self, let value = json[camel] ?? json[snake], !value.isNull else { return nil }
    return value
  }

  func list(_ camel: String, _ snake: String) throws(IntakeError) -> [JSON] {
    guard let value = member(camel, snake) else { return [] }
    guard let elements = value.elements else { throw .wrong(camel, "an array") }
    return elements.filter { !$0.isNull }
  }

  func text(_ camel: String, _ snake: String) throws(IntakeError) -> String {
    guard let value = member(camel, snake) else { return "" }
    guard let text = value.string else { throw .wrong(camel, "a string") }
    return text
  }

  func number(_ camel: String, _ snake: String) throws(IntakeError) -> UInt64 {
    guard let value = member(camel, snake) else { return 0 }
    guard let number = value.uint64 else { throw .wrong(camel, "a number") }
    return number
  }

  /// The count of dropped things.
  func dropped(_ camel: String, _ snake: String) throws(IntakeError) -> UInt32 {
    UInt32(
      truncatingIfNeeded: try number("dropped\(camel)Count", "dropped_\(snake)_count"))
  }

  /// A number of an enum, or one of its names.
  func code(_ name: String, _ names: [String: Int32]) throws(IntakeError) -> Int32 {
    guard let value = member(name, name) else { return 0 }
    if case .number = value, let number = value.int64 {
      return Int32(truncatingIfNeeded: number)
    }
    guard let text = value.string, let number = names[text] else {
      throw .wrong(name, "one of \(names.keys.sorted().joined(separator: ", "))")
    }
    return number
  }
}

extension JSON {
  func list(_ camel: String, _ snake: String) throws(IntakeError) -> [JSON] {
    try Optional(self).list(camel, snake)
  }
  func text(_ camel: String, _ snake: String) throws(IntakeError) -> String {
    try Optional(self).text(camel, snake)
  }
  func number(_ camel: String, _ snake: String) throws(IntakeError) -> UInt64 {
    try Optional(self).number(camel, snake)
  }
  func dropped(_ camel: String, _ snake: String) throws(IntakeError) -> UInt32 {
    try Optional(self).dropped(camel, snake)
  }
  func code(_ name: String, _ names: [String: Int32]) throws(IntakeError) -> Int32 {
    try Optional(self).code(name, names)
  }
}

extension IntakeError {
  static func wrong(_ member: String, _ expected: String) -> IntakeError {
    .malformed(offset: nil, "'\(member)' should be \(expected)")
  }
}
