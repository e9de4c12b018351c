import OTLP
import Wire

/// What Jaeger's tags become in OTLP (ingest.md 9.3); shared by its JSON and its Thrift form.
enum JaegerTags {
  /// The tags of a span, sorted out.
  struct Mapped {
    var kind: Int32 = 0
    var statusCode: Int32 = 0
    var statusMessage = ""
    var attributes: [KeyValue] = []
  }

  /// Tags as JSON has them: `{"key":…,"type":"string|bool|int64|float64|binary","value":…}`.
  static func read(_ tags: [JSON]) throws(IntakeError) -> [KeyValue] {
    var pairs: [KeyValue] = []
    for tag in tags {
      let key = try tag.text("key", "key")
      let value = tag["value"] ?? .null
      let type = try tag.text("type", "type").lowercased()
      pairs.append(KeyValue(key: key, value: try Self.value(value, type, key)))
    }
    return pairs
  }

  private static func value(
    _ json: JSON, _ type: String, _ key: String
  ) throws(IntakeError) -> AnyValue {
    let value: AnyValue?
    switch type {
    case "bool": value = (json.bool ?? json.string.map { $0 == "true" }).map { .bool($0) }
    case "int64": value = json.int64.map { .int($0) }
    case "float64": value = json.double.map { .double($0) }
    case "binary": value = json.string.flatMap(Base64.decode).map { .bytes($0) }
    default: value = json.string.map { .string($0) }
    }
    guard let value else {
      throw .malformed(offset: nil, "the value of tag '\(key)' is not of type '\(type)'")
    }
    return value
  }

  /// Tags of a process as attributes of a resource.
  static func resource(_ tags: [KeyValue]) -> [KeyValue] {
    let keys = Set(tags.map(\.key))
    return tags.map { tag in
      if tag.key == "hostname", !keys.contains("host.name") {
        return KeyValue(key: "host.name", value: tag.value)
      }
      if tag.key == "jaeger.version", !keys.contains("opencensus.exporterversion"),
        case .string(let version) = tag.value
      {
        return KeyValue(key: "opencensus.exporterversion", value: .string("Jaeger-" + version))
      }
      return tag
    }
  }

  /// Tags of a span: kind and status taken out of them, the rest attributes.
  static func span(_ tags: [KeyValue]) -> Mapped {
    var mapped = Mapped()
    var rest = tags
    if case .string(let kind)? = take("span.kind", from: &rest) {
      mapped.kind = kinds[kind] ?? 0
    }
    readStatus(&mapped, &rest)
    mapped.attributes = rest
    return mapped
  }

  /// A log is an event called by its field `event`; the other fields are attributes.
  static func event(timeNanoseconds: UInt64, _ fields: [KeyValue]) -> Event {
    var rest = fields
    var name = ""
    if let index = rest.firstIndex(where: { $0.key == "event" }),
      case .string(let text) = rest[index].value
    {
      name = text
      rest.remove(at: index)
    }
    return Event(timeNanoseconds: timeNanoseconds, name: name, attributes: rest)
  }

  private static let kinds: [String: Int32] = [
    "internal": 1, "server": 2, "client": 3, "producer": 4, "consumer": 5,
  ]

  /// A boolean error tag counts first, then OpenTelemetry's own code, then that of HTTP.
  private static func readStatus(_ mapped: inout Mapped, _ rest: inout [KeyValue]) {
    let isError = rest.contains(KeyValue(key: "error", value: .bool(true)))
    let code = take("otel.status_code", from: &rest)
    if isError {
      rest.removeAll { $0 == KeyValue(key: "error", value: .bool(true)) }
      mapped.statusCode = 2
      mapped.statusMessage = message(&rest)
      return
    }
    if case .string(let text)? = code {
      switch text.uppercased() {
      case "OK": mapped.statusCode = 1
      case "ERROR": mapped.statusCode = 2
      default: break
      }
      if mapped.statusCode != 0 {
        mapped.statusMessage = message(&rest)
        return
      }
    }
    guard let status = httpStatus(rest) else { return }
    if isFailure(status, kind: mapped.kind) {
      mapped.statusCode = 2
      if case .string(let text)? = first("http.status_message", in: rest) {
        mapped.statusMessage = text
      }
    }
  }

  private static func isFailure(_ status: Int64, kind: Int32) -> Bool {
    let server: Int32 = 2
    switch status {
    case 400..<500: return kind != server
    case 100..<399: return false
    default: return true
    }
  }

  private static func httpStatus(_ tags: [KeyValue]) -> Int64? {
    switch first("http.status_code", in: tags) {
    case .int(let number)?: number
    case .string(let text)?: Int64(text)
    default: nil
    }
  }

  private static func message(_ rest: inout [KeyValue]) -> String {
    if case .string(let text)? = take("otel.status_description", from: &rest) { return text }
    if case .string(let text)? = first("http.status_message", in: rest) { return text }
    return ""
  }

  private static func first(_ key: String, in tags: [KeyValue]) -> AnyValue? {
    tags.first { $0.key == key }?.value
  }

  private static func take(_ key: String, from tags: inout [KeyValue]) -> AnyValue? {
    guard let index = tags.firstIndex(where: { $0.key == key }) else { return nil }
    return tags.remove(at: index).value
  }
}
