import Columns
import OTLP
package import Spans
import Wire

/// Reads the JSON that Jaeger's user interface and query service give out: `{"data":[trace, …]}`,
/// or one such trace.
package enum JaegerJSONDecoder {
  /// Appends the spans of a file, all of them or, if it throws, none.
  package static func decode(_ bytes: [UInt8], into table: inout SpanTable) throws(IntakeError) {
    let json: JSON
    do throws(JSONError) {
      json = try JSONReader.read(bytes, limits: .init(byteCountMax: .max))
    } catch {
      throw .malformed(offset: error.offset, error.message)
    }
    let mark = table.mark
    do throws(IntakeError) {
      let traces = json["data"] == nil ? [json] : try json.list("data", "data")
      for trace in traces { try append(trace, to: &table) }
    } catch {
      table.truncate(to: mark)
      throw error
    }
  }

  private static func append(_ trace: JSON, to table: inout SpanTable) throws(IntakeError) {
    var owners: [String: SpanTable.SpanFields] = [:]
    for member in trace["processes"]?.members ?? [] {
      owners[member.name] = try owner(member.value, &table)
    }
    for json in try trace.list("spans", "spans") {
      let name = try json.text("processID", "processID")
      let owner: SpanTable.SpanFields
      if let own = json["process"], !own.isNull {
        owner = try self.owner(own, &table)
      } else if let known = owners[name] {
        owner = known
      } else {
        owner = try self.owner(.null, &table)
      }
      try JaegerSpan(json).append(to: &table, owner)
    }
  }

  /// A process is a resource; Jaeger knows no scopes.
  private static func owner(
    _ process: JSON, _ table: inout SpanTable
  ) throws(IntakeError) -> SpanTable.SpanFields {
    var attributes = AttributeTable()
    let service = try process.text("serviceName", "serviceName")
    if !service.isEmpty {
      attributes.append(key: "service.name", .string(service), &table.strings)
    }
    for tag in JaegerTags.resource(try JaegerTags.read(try process.list("tags", "tags"))) {
      attributes.append(key: tag.key, tag.value, &table.strings)
    }
    attributes.endOwner()
    var scope = AttributeTable()
    scope.endOwner()
    var owner = SpanTable.SpanFields()
    owner.resource = table.resource(attributes, droppedAttributes: 0)
    owner.scope = table.scope(name: 0, version: 0, scope, droppedAttributes: 0)
    return owner
  }
}

/// One Jaeger span on its way to OTLP (ingest.md 9.3).
private struct JaegerSpan {
  private var fields = SpanTable.SpanFields()
  private var name = ""
  private var tags = JaegerTags.Mapped()
  private var events: [Event] = []
  private var links: [Link] = []

  init(_ json: JSON) throws(IntakeError) {
    fields.traceID = TraceID(try Self.hex(try json.text("traceID", "traceID"), bytesMax: 16))
    if fields.traceID.isZero { throw .traceID }
    guard let id = try Self.spanID(try json.text("spanID", "spanID")) else { throw .spanID }
    fields.spanID = id
    name = try json.text("operationName", "operationName")
    let start = try json.number("startTime", "startTime")
    fields.start = start &* 1_000
    fields.end = (start &+ (try json.number("duration", "duration"))) &* 1_000
    tags = JaegerTags.span(try JaegerTags.read(try json.list("tags", "tags")))
    fields.kind = tags.kind
    fields.statusCode = tags.statusCode
    try readReferences(json)
    for log in try json.list("logs", "logs") {
      var pairs = try JaegerTags.read(try log.list("fields", "fields"))
      var name = ""
      if let index = pairs.firstIndex(where: { $0.key == "event" }),
        case .string(let text) = pairs[index].value
      {
        name = text
        pairs.remove(at: index)
      }
      events.append(
        Event(
          timeNanoseconds: try log.number("timestamp", "timestamp") &* 1_000, name: name,
          attributes: pairs))
    }
  }

  /// The parent is the first reference of the right kind in the same trace; the others are links.
  private mutating func readReferences(_ json: JSON) throws(IntakeError) {
    let parentText = try json.text("parentSpanID", "parentSpanID")
    if !parentText.isEmpty, let parent = try Self.spanID(parentText) { fields.parentID = parent }
    var references: [(kind: String, traceID: [UInt8], spanID: ShortID)] = []
    for reference in try json.list("references", "references") {
      guard let span = try Self.spanID(try reference.text("spanID", "spanID")) else { continue }
      let trace = try Self.hex(try reference.text("traceID", "traceID"), bytesMax: 16)
      references.append((try reference.text("refType", "refType"), trace, span))
    }
    if fields.parentID.isEmpty {
      let own = references.indices.filter { TraceID(references[$0].traceID) == fields.traceID }
      let parent =
        own.first { references[$0].kind == "CHILD_OF" }
        ?? own.first { references[$0].kind == "FOLLOWS_FROM" }
      if let parent { fields.parentID = references.remove(at: parent).spanID }
    } else {
      references.removeAll {
        $0.kind == "CHILD_OF" && $0.spanID == fields.parentID
          && TraceID($0.traceID) == fields.traceID
      }
    }
    links = references.map { reference in
      let kind = reference.kind == "FOLLOWS_FROM" ? "follows_from" : "child_of"
      return Link(
        traceID: TraceID(reference.traceID).bytes, spanID: reference.spanID.bytes,
        attributes: [KeyValue(key: "opentracing.ref_type", value: .string(kind))])
    }
  }

  func append(to table: inout SpanTable, _ owner: SpanTable.SpanFields) {
    var span = fields
    span.resource = owner.resource
    span.scope = owner.scope
    span.name = table.strings.intern(name)
    span.statusMessage = table.strings.intern(tags.statusMessage)
    for pair in tags.attributes {
      table.attributes.append(key: pair.key, pair.value, &table.strings)
    }
    for event in events { table.append(event) }
    for link in links { table.append(link) }
    table.endSpan(span)
  }

  private static func hex(_ text: String, bytesMax: Int) throws(IntakeError) -> [UInt8] {
    let even = text.utf8.count.isMultiple(of: 2) ? text : "0" + text
    guard let bytes = Hex.decode(even), bytes.count <= bytesMax else {
      throw .invalidTraceID("'\(text)' is not the hex of an id")
    }
    return bytes
  }

  /// nil for no identifier, or one of zeros.
  private static func spanID(_ text: String) throws(IntakeError) -> ShortID? {
    let bits = try hex(text, bytesMax: 8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return bits == 0 ? nil : ShortID(bits: bits, byteCount: 8)
  }
}
