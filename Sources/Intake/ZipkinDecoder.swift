import Columns
import OTLP
package import Spans
import Wire

/// Reads Zipkin's JSON of version 2 (ingest.md 8).
package enum ZipkinDecoder {
  /// Appends the spans of a list, all of them or, if it throws, none.
  package static func decode(_ bytes: [UInt8], into table: inout SpanTable) throws(IntakeError) {
    let json: JSON
    do throws(JSONError) {
      json = try JSONReader.read(bytes, limits: .init(byteCountMax: .max))
    } catch {
      throw .malformed(offset: error.offset, error.message)
    }
    guard let elements = json.elements else {
      throw .malformed(offset: nil, "Zipkin spans should be an array")
    }
    var groups: [(key: GroupKey, spans: [ZipkinSpan])] = []
    var indexOfGroup: [GroupKey: Int] = [:]
    for element in elements {
      let span = try ZipkinSpan(element)
      let index = indexOfGroup[span.group] ?? groups.count
      if index == groups.count {
        indexOfGroup[span.group] = index
        groups.append((span.group, []))
      }
      groups[index].spans.append(span)
    }
    for group in groups { append(group.spans, group.key, &table) }
  }

  /// Spans of one service and one library share resource and scope.
  struct GroupKey: Hashable {
    var service: String
    var library: String
  }

  private static func append(
    _ spans: [ZipkinSpan], _ key: GroupKey, _ table: inout SpanTable
  ) {
    // What describes the process is taken from the first span of the group.
    var resource = AttributeTable()
    if !key.service.isEmpty {
      resource.append(key: "service.name", .string(key.service), &table.strings)
    }
    for (name, value) in spans.first?.resourceTags ?? [] where name != "service.name" {
      resource.append(key: name, .string(value), &table.strings)
    }
    resource.endOwner()
    var scope = AttributeTable()
    scope.endOwner()
    var owner = SpanTable.SpanFields()
    owner.resource = table.resource(resource, droppedAttributes: 0)
    owner.scope = table.scope(
      name: table.strings.intern(key.library),
      version: table.strings.intern(spans.first?.libraryVersion ?? ""), scope,
      droppedAttributes: 0)
    for span in spans { span.append(to: &table, owner) }
  }
}

/// One Zipkin span on its way to OTLP.
private struct ZipkinSpan {
  private var fields = SpanTable.SpanFields()
  private var message = ""
  private var traceState = ""
  private var attributes: [KeyValue] = []
  private var events: [Event] = []
  private var links: [Link] = []
  private var name = ""
  private(set) var group = ZipkinDecoder.GroupKey(service: "", library: "")
  private(set) var libraryVersion = ""
  private(set) var resourceTags: [(String, String)] = []

  init(_ json: JSON) throws(IntakeError) {
    guard json.members != nil else {
      throw .malformed(offset: nil, "a Zipkin span should be an object")
    }
    try readIdentity(json)
    try readTimes(json)
    name = try json.text("name", "name")
    fields.kind =
      switch try json.text("kind", "kind") {
      case "CLIENT": 3
      case "SERVER": 2
      case "PRODUCER": 4
      case "CONSUMER": 5
      default: 0
      }
    var tags: [(String, String)] = []
    for member in json["tags"]?.members ?? [] {
      guard let value = member.value.string else { throw .wrong("tags", "texts by name") }
      tags.append((member.name, value))
    }
    readTags(tags)
    try readEndpoints(json)
    for annotation in try json.list("annotations", "annotations") {
      events.append(
        Self.event(
          try annotation.text("value", "value"),
          microseconds: try annotation.number("timestamp", "timestamp")))
    }
  }

  private mutating func readIdentity(_ json: JSON) throws(IntakeError) {
    let traceText = try json.text("traceId", "traceId")
    if traceText.isEmpty { throw .invalidTraceID("valid trace id required") }
    guard (1...32).contains(traceText.utf8.count), let trace = Self.hex(traceText) else {
      throw .invalidTraceID("'\(traceText)' is not the hex of a trace id")
    }
    fields.traceID = TraceID(trace)
    if fields.traceID.isZero { throw .traceID }
    guard let id = try Self.spanID(try json.text("id", "id")) else {
      throw .invalidSpanID("valid span id required")
    }
    fields.spanID = id
    let parentText = try json.text("parentId", "parentId")
    if !parentText.isEmpty, let parent = try Self.spanID(parentText), parent != id {
      fields.parentID = parent
    }
  }

  private mutating func readTimes(_ json: JSON) throws(IntakeError) {
    let start = try json.number("timestamp", "timestamp")
    let duration = try json.number("duration", "duration")
    fields.start = start &* 1_000
    fields.end = (start &+ duration) &* 1_000
    if start == 0 {
      attributes.append(
        KeyValue(key: "otel.zipkin.absentField.startTime", value: .bool(true)))
    }
  }

  /// Tags that mean something are taken out, the rest are attributes (ingest.md 8.2).
  private mutating func readTags(_ tags: [(String, String)]) {
    var hasStatus = false
    for (name, value) in tags {
      switch name {
      case "otel.status_code":
        fields.statusCode = Self.statusCode(value)
        hasStatus = true
      case "otel.status_description": message = value
      case "otel.library.name": group.library = value
      case "otel.library.version": libraryVersion = value
      case "w3c.tracestate": traceState = value
      case "span.kind" where fields.kind == 0 && value == "internal": fields.kind = 1
      case "error":
        if !hasStatus { fields.statusCode = 2 }
        if value != "true" { attributes.append(KeyValue(key: name, value: .string(value))) }
      case let link where link.hasPrefix("otlp.link."):
        if let link = ZipkinText.link(value) { links.append(link) }
      case let tag where ZipkinText.isResourceTag(tag): resourceTags.append((name, value))
      default: attributes.append(KeyValue(key: name, value: .string(value)))
      }
    }
  }

  private mutating func readEndpoints(_ json: JSON) throws(IntakeError) {
    let local = json["localEndpoint"]
    group.service = try local.text("serviceName", "serviceName")
    if group.service.isEmpty,
      let named = resourceTags.first(where: { $0.0 == "service.name" })
    {
      group.service = named.1
    }
    try append(local, address: "network.local.address", port: "net.host.port")
    let remote = json["remoteEndpoint"]
    let peer = try remote.text("serviceName", "serviceName")
    if !peer.isEmpty {
      attributes.append(KeyValue(key: "service.peer.name", value: .string(peer)))
    }
    try append(remote, address: "network.peer.address", port: "net.peer.port")
  }

  private mutating func append(
    _ endpoint: JSON?, address: String, port: String
  ) throws(IntakeError) {
    let six = try endpoint.text("ipv6", "ipv6")
    let text = six.isEmpty ? try endpoint.text("ipv4", "ipv4") : six
    if !text.isEmpty { attributes.append(KeyValue(key: address, value: .string(text))) }
    let number = try endpoint.number("port", "port")
    if number > 0 {
      attributes.append(KeyValue(key: port, value: .int(Int64(clamping: number))))
    }
  }

  func append(to table: inout SpanTable, _ owner: SpanTable.SpanFields) {
    var span = fields
    span.resource = owner.resource
    span.scope = owner.scope
    span.name = table.strings.intern(name)
    span.statusMessage = table.strings.intern(message)
    span.traceState = table.strings.intern(traceState)
    for pair in attributes {
      table.attributes.append(key: pair.key, pair.value, &table.strings)
    }
    for event in events { table.append(event) }
    for link in links { table.append(link) }
    table.endSpan(span)
  }

  // MARK: Texts

  private static func statusCode(_ text: String) -> Int32 {
    switch text {
    case "Ok", "STATUS_CODE_OK": 1
    case "Error", "STATUS_CODE_ERROR": 2
    default: 0
    }
  }

  private static func hex(_ text: String) -> [UInt8]? {
    Hex.decode(text.utf8.count.isMultiple(of: 2) ? text : "0" + text)
  }

  /// nil for the identifier of zeros.
  private static func spanID(_ text: String) throws(IntakeError) -> ShortID? {
    guard (1...16).contains(text.utf8.count), let bytes = hex(text) else {
      throw .invalidSpanID("valid span id required")
    }
    let bits = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return bits == 0 ? nil : ShortID(bits: bits, byteCount: 8)
  }

  private static func event(_ value: String, microseconds: UInt64) -> Event {
    ZipkinText.event(value, timeNanoseconds: microseconds &* 1_000)
  }
}
