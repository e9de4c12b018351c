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
      try JaegerSpan(json: json).append(to: &table, owner)
    }
  }

  private static func owner(
    _ process: JSON, _ table: inout SpanTable
  ) throws(IntakeError) -> SpanTable.SpanFields {
    JaegerSpan.owner(
      service: try process.text("serviceName", "serviceName"),
      tags: try JaegerTags.read(try process.list("tags", "tags")), &table)
  }
}

extension JaegerSpan {
  fileprivate init(json: JSON) throws(IntakeError) {
    traceID = TraceID(try Self.hex(try json.text("traceID", "traceID"), bytesMax: 16))
    if traceID.isZero { throw .traceID }
    guard let id = try Self.spanID(try json.text("spanID", "spanID")) else { throw .spanID }
    spanID = id
    name = try json.text("operationName", "operationName")
    let microseconds = try json.number("startTime", "startTime")
    start = microseconds &* 1_000
    end = (microseconds &+ (try json.number("duration", "duration"))) &* 1_000
    tags = try JaegerTags.read(try json.list("tags", "tags"))
    try readReferences(json)
    for log in try json.list("logs", "logs") {
      events.append(
        JaegerTags.event(
          timeNanoseconds: try log.number("timestamp", "timestamp") &* 1_000,
          try JaegerTags.read(try log.list("fields", "fields"))))
    }
  }

  private mutating func readReferences(_ json: JSON) throws(IntakeError) {
    let parentText = try json.text("parentSpanID", "parentSpanID")
    if !parentText.isEmpty, let parent = try Self.spanID(parentText) { parentID = parent }
    for reference in try json.list("references", "references") {
      guard let span = try Self.spanID(try reference.text("spanID", "spanID")) else { continue }
      let trace = try Self.hex(try reference.text("traceID", "traceID"), bytesMax: 16)
      references.append(
        Reference(
          isFollowing: try reference.text("refType", "refType") == "FOLLOWS_FROM",
          traceID: TraceID(trace), spanID: span))
    }
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
