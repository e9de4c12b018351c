package import OTLP
package import Wire

/// A trace in OTLP's JSON: IDs in base64 as Tempo writes them or in hexadecimal as OTLP does,
/// enums by name or number.
package enum TraceAnswer {
  package static func read(_ json: JSON) throws(RemoteError) -> Trace {
    guard json.members != nil else {
      throw .unreadable(what: "trace", reason: "it is no JSON object")
    }
    let resources = json["resourceSpans"]?.elements ?? json["batches"]?.elements ?? []
    return Trace(
      resourceSpans: resources.map { resource in
        ResourceSpans(
          resource: Resource(
            attributes: attributes(resource["resource"]),
            droppedAttributesCount: dropped(resource["resource"])),
          scopeSpans: (resource["scopeSpans"]?.elements ?? []).map { scope in
            ScopeSpans(
              scope: InstrumentationScope(
                name: scope["scope"]?["name"]?.string ?? "",
                version: scope["scope"]?["version"]?.string ?? "",
                attributes: attributes(scope["scope"]),
                droppedAttributesCount: dropped(scope["scope"])),
              spans: (scope["spans"]?.elements ?? []).map(span))
          })
      })
  }

  private static func span(_ json: JSON) -> Span {
    var span = Span(traceID: id(json["traceId"], 16), spanID: id(json["spanId"], 8))
    span.parentSpanID = id(json["parentSpanId"], 8)
    span.traceState = json["traceState"]?.string ?? ""
    span.name = json["name"]?.string ?? ""
    span.kind = code(json["kind"], prefix: "SPAN_KIND_", names: kinds)
    span.startNanoseconds = json["startTimeUnixNano"]?.uint64 ?? 0
    span.endNanoseconds = json["endTimeUnixNano"]?.uint64 ?? 0
    span.attributes = attributes(json)
    span.droppedAttributesCount = dropped(json)
    span.events = (json["events"]?.elements ?? []).map { event in
      Event(
        timeNanoseconds: event["timeUnixNano"]?.uint64 ?? 0, name: event["name"]?.string ?? "",
        attributes: attributes(event), droppedAttributesCount: dropped(event))
    }
    span.links = (json["links"]?.elements ?? []).map { link in
      Link(
        traceID: id(link["traceId"], 16), spanID: id(link["spanId"], 8),
        traceState: link["traceState"]?.string ?? "", attributes: attributes(link),
        droppedAttributesCount: dropped(link))
    }
    span.droppedEventsCount = UInt32(clamping: json["droppedEventsCount"]?.int64 ?? 0)
    span.droppedLinksCount = UInt32(clamping: json["droppedLinksCount"]?.int64 ?? 0)
    span.status = Status(
      message: json["status"]?["message"]?.string ?? "",
      code: code(json["status"]?["code"], prefix: "STATUS_CODE_", names: statuses))
    return span
  }

  private static let kinds = [
    "UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER",
  ]
  private static let statuses = ["UNSET", "OK", "ERROR"]

  private static func code(_ json: JSON?, prefix: String, names: [String]) -> Int32 {
    guard let text = json?.string else { return Int32(clamping: json?.int64 ?? 0) }
    let name = text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
    return names.firstIndex(of: name).map { Int32($0) } ?? 0
  }

  /// Hexadecimal if it has that length, else base64.
  private static func id(_ json: JSON?, _ count: Int) -> [UInt8] {
    guard let text = json?.string, !text.isEmpty else { return [] }
    if text.utf8.count == count * 2, let bytes = Hex.decode(text) { return bytes }
    return Base64.decode(text) ?? []
  }

  private static func dropped(_ json: JSON?) -> UInt32 {
    UInt32(clamping: json?["droppedAttributesCount"]?.int64 ?? 0)
  }

  private static func attributes(_ json: JSON?) -> [KeyValue] {
    (json?["attributes"]?.elements ?? []).map { pair in
      KeyValue(
        // A malformed value hides itself, not the trace around it.
        key: pair["key"]?.string ?? "", value: (try? AnyValue(pair["value"] ?? .null)) ?? .empty)
    }
  }
}
