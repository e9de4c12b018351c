import Columns
import OTLP
package import Spans
import Wire

/// Reads OTLP in JSON (ingest.md 5), also the JSON of Tempo's API, whose identifiers are base64.
package enum OTLPJSONDecoder {
  /// Appends the spans of one request, all of them or, if it throws, none.
  package static func decode(
    _ bytes: [UInt8], into table: inout SpanTable
  ) throws(IntakeError) {
    let json: JSON
    do throws(JSONError) {
      json = try JSONReader.read(bytes, limits: .init(byteCountMax: .max))
    } catch {
      throw .malformed(offset: error.offset, error.message)
    }
    try decode(json, into: &table)
  }

  private static func decode(_ json: JSON, into table: inout SpanTable) throws(IntakeError) {
    if json.isNull { return }
    guard json.members != nil else {
      throw .malformed(offset: nil, "a request should be an object")
    }
    let mark = table.mark
    do throws(IntakeError) {
      // Tempo's API wraps traces, and called resource spans "batches".
      let root = json["trace"] ?? json
      let list = try root.list("resourceSpans", "resource_spans")
      for entry in try list + root.list("batches", "batches") {
        try resourceSpans(entry, &table)
      }
    } catch {
      table.truncate(to: mark)
      throw error
    }
  }

  private static func resourceSpans(
    _ json: JSON, _ table: inout SpanTable
  ) throws(IntakeError) {
    var attributes = AttributeTable()
    let resource = json["resource"]
    try append(resource, to: &attributes, &table)
    attributes.endOwner()
    let number = table.resource(
      attributes, droppedAttributes: try resource.dropped("Attributes", "attributes"))
    for scope in try json.list("scopeSpans", "scope_spans") {
      try scopeSpans(scope, number, &table)
    }
  }

  private static func scopeSpans(
    _ json: JSON, _ resource: UInt32, _ table: inout SpanTable
  ) throws(IntakeError) {
    let scope = json["scope"]
    var attributes = AttributeTable()
    try append(scope, to: &attributes, &table)
    attributes.endOwner()
    let name = table.strings.intern(try scope.text("name", "name"))
    let version = table.strings.intern(try scope.text("version", "version"))
    var fields = SpanTable.SpanFields()
    fields.resource = resource
    fields.scope = table.scope(
      name: name, version: version, attributes,
      droppedAttributes: try scope.dropped("Attributes", "attributes"))
    for span in try json.list("spans", "spans") { try self.span(span, fields, &table) }
  }

  private static func span(
    _ json: JSON, _ owner: SpanTable.SpanFields, _ table: inout SpanTable
  ) throws(IntakeError) {
    var span = owner
    span.traceID = try traceID(json)
    span.spanID = try JSONIdentifier.spanID(try json.text("spanId", "span_id"))
    if span.spanID.isEmpty { throw .spanID }
    span.parentID = try JSONIdentifier.spanID(try json.text("parentSpanId", "parent_span_id"))
    span.name = table.strings.intern(try json.text("name", "name"))
    span.traceState = table.strings.intern(try json.text("traceState", "trace_state"))
    span.kind = try json.code("kind", JSONEnum.kinds)
    span.start = try json.number("startTimeUnixNano", "start_time_unix_nano")
    span.end = try json.number("endTimeUnixNano", "end_time_unix_nano")
    span.droppedAttributes = try json.dropped("Attributes", "attributes")
    span.droppedEvents = try json.dropped("Events", "events")
    span.droppedLinks = try json.dropped("Links", "links")
    if let status = json["status"], !status.isNull {
      span.statusCode = try status.code("code", JSONEnum.statusCodes)
      span.statusMessage = table.strings.intern(try status.text("message", "message"))
    }
    try append(json, to: &table.attributes, &table.strings)
    for event in try json.list("events", "events") {
      try append(event, to: &table.events.attributes, &table.strings)
      table.events.endEvent(
        time: try event.number("timeUnixNano", "time_unix_nano"),
        name: table.strings.intern(try event.text("name", "name")),
        droppedAttributes: try event.dropped("Attributes", "attributes"))
    }
    for link in try json.list("links", "links") { try self.link(link, &table) }
    table.endSpan(span)
  }

  private static func link(_ json: JSON, _ table: inout SpanTable) throws(IntakeError) {
    try append(json, to: &table.links.attributes, &table.strings)
    let traceID = try JSONIdentifier.bytes(try json.text("traceId", "trace_id"), byteCount: 16)
    let spanID = try JSONIdentifier.bytes(try json.text("spanId", "span_id"), byteCount: 8)
    table.links.endLink(
      traceID: table.strings.intern(traceID), spanID: table.strings.intern(spanID),
      traceState: table.strings.intern(try json.text("traceState", "trace_state")),
      droppedAttributes: try json.dropped("Attributes", "attributes"))
  }

  private static func traceID(_ json: JSON) throws(IntakeError) -> TraceID {
    let id = TraceID(
      try JSONIdentifier.bytes(try json.text("traceId", "trace_id"), byteCount: 16))
    if id.isZero { throw .traceID }
    return id
  }
}
