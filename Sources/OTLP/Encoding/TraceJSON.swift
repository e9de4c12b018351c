package import Wire

/// The proto3 JSON of a trace: base64 IDs, enums by name, 64-bit integers as strings.
///
/// `resource`, `scope` and `status` are written also when they are empty: clients look into them
/// without asking.
package enum TraceJSON {
  /// Name of the one member of the outer object: v1 answers say `batches`.
  package enum TopLevelKey: String, Sendable { case batches, resourceSpans }

  /// How IDs and enums are spelled.
  package enum Spelling: Sendable {
    /// Base64 and names: the proto3 mapping, which Tempo's API uses.
    case proto3
    /// Hexadecimal and numbers: OTLP's own JSON, which collectors read.
    case otlp
  }

  /// Writes `trace` as one object; `{}` if it has no spans.
  package static func write(
    _ trace: Trace, topLevelKey: TopLevelKey, spelling: Spelling = .proto3,
    into writer: inout JSONWriter
  ) {
    writer.beginObject()
    list(topLevelKey.rawValue, trace.resourceSpans, &writer) { resourceSpans, writer in
      writer.key("resource")
      write(resourceSpans.resource, &writer)
      list("scopeSpans", resourceSpans.scopeSpans, &writer) { scopeSpans, writer in
        writer.key("scope")
        write(scopeSpans.scope, &writer)
        list("spans", scopeSpans.spans, &writer) { write($0, spelling, &$1) }
      }
    }
    writer.endObject()
  }

  private static func write(_ resource: Resource, _ writer: inout JSONWriter) {
    writer.beginObject()
    attributes(resource.attributes, resource.droppedAttributesCount, &writer)
    writer.endObject()
  }

  private static func write(_ scope: InstrumentationScope, _ writer: inout JSONWriter) {
    writer.beginObject()
    text("name", scope.name, &writer)
    text("version", scope.version, &writer)
    attributes(scope.attributes, scope.droppedAttributesCount, &writer)
    writer.endObject()
  }

  private static func write(_ span: Span, _ spelling: Spelling, _ writer: inout JSONWriter) {
    id("traceId", span.traceID, spelling, &writer)
    id("spanId", span.spanID, spelling, &writer)
    text("traceState", span.traceState, &writer)
    id("parentSpanId", span.parentSpanID, spelling, &writer)
    text("name", span.name, &writer)
    enumeration("kind", span.kind, names: kindNames, spelling, &writer)
    time("startTimeUnixNano", span.startNanoseconds, &writer)
    time("endTimeUnixNano", span.endNanoseconds, &writer)
    attributes(span.attributes, span.droppedAttributesCount, &writer)
    list("events", span.events, &writer) { event, writer in
      time("timeUnixNano", event.timeNanoseconds, &writer)
      text("name", event.name, &writer)
      attributes(event.attributes, event.droppedAttributesCount, &writer)
    }
    count("droppedEventsCount", span.droppedEventsCount, &writer)
    list("links", span.links, &writer) { link, writer in
      id("traceId", link.traceID, spelling, &writer)
      id("spanId", link.spanID, spelling, &writer)
      text("traceState", link.traceState, &writer)
      attributes(link.attributes, link.droppedAttributesCount, &writer)
    }
    count("droppedLinksCount", span.droppedLinksCount, &writer)
    writer.key("status")
    writer.beginObject()
    text("message", span.status.message, &writer)
    enumeration("code", span.status.code, names: statusNames, spelling, &writer)
    writer.endObject()
  }

  private static let kindNames = [
    "SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL", "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT",
    "SPAN_KIND_PRODUCER", "SPAN_KIND_CONSUMER",
  ]
  private static let statusNames = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"]
}

// MARK: Attributes

extension TraceJSON {
  private static func attributes(
    _ attributes: [KeyValue], _ droppedCount: UInt32, _ writer: inout JSONWriter
  ) {
    list("attributes", attributes, &writer, write)
    count("droppedAttributesCount", droppedCount, &writer)
  }

  private static func write(_ pair: KeyValue, _ writer: inout JSONWriter) {
    text("key", pair.key, &writer)
    writer.key("value")
    write(pair.value, into: &writer)
  }

  /// Writes one value as `{"stringValue":"x"}`; the chosen member stands even with its default.
  package static func write(_ value: AnyValue, into writer: inout JSONWriter) {
    writer.beginObject()
    switch value {
    case .empty: break
    case .string(let value):
      writer.key("stringValue")
      writer.string(value)
    case .bool(let value):
      writer.key("boolValue")
      writer.bool(value)
    case .int(let value):
      writer.key("intValue")
      writer.quoted(value)
    case .double(let value):
      writer.key("doubleValue")
      writer.double(value)
    case .bytes(let value):
      writer.key("bytesValue")
      writer.base64(value)
    case .array(let elements):
      writer.key("arrayValue")
      writer.beginObject()
      values(elements, &writer)
      writer.endObject()
    case .map(let pairs):
      writer.key("kvlistValue")
      writer.beginObject()
      list("values", pairs, &writer, write)
      writer.endObject()
    }
    writer.endObject()
  }

  private static func values(_ elements: [AnyValue], _ writer: inout JSONWriter) {
    guard !elements.isEmpty else { return }
    writer.key("values")
    writer.beginArray()
    for element in elements { write(element, into: &writer) }
    writer.endArray()
  }
}

// MARK: Members that are left out when they have their default

extension TraceJSON {
  private static func list<Element>(
    _ name: String, _ elements: [Element], _ writer: inout JSONWriter,
    _ members: (Element, inout JSONWriter) -> Void
  ) {
    guard !elements.isEmpty else { return }
    writer.key(name)
    writer.beginArray()
    for element in elements {
      writer.beginObject()
      members(element, &writer)
      writer.endObject()
    }
    writer.endArray()
  }

  private static func text(_ name: String, _ value: String, _ writer: inout JSONWriter) {
    guard !value.isEmpty else { return }
    writer.key(name)
    writer.string(value)
  }

  private static func id(
    _ name: String, _ value: [UInt8], _ spelling: Spelling, _ writer: inout JSONWriter
  ) {
    guard !value.isEmpty else { return }
    writer.key(name)
    switch spelling {
    case .proto3: writer.base64(value)
    case .otlp: writer.string(Hex.encode(value))
    }
  }

  private static func time(_ name: String, _ value: UInt64, _ writer: inout JSONWriter) {
    guard value != 0 else { return }
    writer.key(name)
    writer.quoted(value)
  }

  private static func count(_ name: String, _ value: UInt32, _ writer: inout JSONWriter) {
    guard value != 0 else { return }
    writer.key(name)
    writer.uint(UInt64(value))
  }

  /// A number without a name is written as a number.
  private static func enumeration(
    _ name: String, _ value: Int32, names: [String], _ spelling: Spelling,
    _ writer: inout JSONWriter
  ) {
    guard value != 0 else { return }
    writer.key(name)
    if spelling == .proto3, names.indices.contains(Int(value)) {
      writer.string(names[Int(value)])
    } else {
      writer.int(Int64(value))
    }
  }
}
