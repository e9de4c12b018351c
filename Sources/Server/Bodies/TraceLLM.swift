import OTLP
import Wire

/// A trace for language models: plain JSON values, hex IDs, little nesting (http-api.md 4.6).
enum TraceLLM {
  static func encode(_ found: TraceEndpoint.Found) -> [UInt8] {
    var writer = JSONWriter(escapingMarkup: true)
    writer.object { writer in
      guard found.isFound else { return }
      writer.key("trace")
      write(found.trace, &writer)
      if found.bytesRead > 0 {
        writer.key("metrics")
        writer.object { writer in
          writer.key("inspectedBytes")
          writer.int(found.bytesRead)
        }
      }
      writer.key("status")
      writer.string(found.notices.isEmpty ? "COMPLETE" : "PARTIAL")
      writer.member("message", text: found.message)
    }
    return writer.bytes
  }

  private static func write(_ trace: Trace, _ writer: inout JSONWriter) {
    writer.object { writer in
      if let first = trace.resourceSpans.first?.scopeSpans.first?.spans.first {
        writer.key("traceId")
        writer.hex(first.traceID)
      }
      writer.key("services")
      writer.array { writer in
        for resource in trace.resourceSpans { write(resource, &writer) }
      }
    }
  }

  private static func write(_ spans: ResourceSpans, _ writer: inout JSONWriter) {
    let name = "service.name"
    writer.object { writer in
      if case .string(let service)? = spans.resource.attributes.first(where: { $0.key == name })?
        .value
      {
        writer.key("serviceName")
        writer.string(service)
      }
      attributes("resource", spans.resource.attributes.filter { $0.key != name }, &writer)
      writer.key("scopes")
      writer.array { writer in
        for scope in spans.scopeSpans {
          writer.object { writer in
            writer.member("name", text: scope.scope.name)
            writer.member("version", text: scope.scope.version)
            writer.key("spans")
            writer.array { writer in
              for span in scope.spans { write(span, &writer) }
            }
          }
        }
      }
    }
  }

  private static func write(_ span: Span, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("spanId")
      writer.hex(span.spanID)
      writer.member("name", text: span.name)
      if !span.parentSpanID.isEmpty {
        writer.key("parentSpanId")
        writer.hex(span.parentSpanID)
      }
      if span.kind != 0 {
        writer.key("kind")
        writer.string(OTLPNames.kind(span.kind))
      }
      writer.member("startTimeUnixNano", quoted: span.startNanoseconds)
      writer.member("endTimeUnixNano", quoted: span.endNanoseconds)
      let duration = Int64(bitPattern: span.endNanoseconds &- span.startNanoseconds)
      if duration != 0 {
        writer.key("durationMs")
        writer.double(Double(duration) / 1e6)
      }
      attributes("attributes", span.attributes, &writer)
      events(span.events, &writer)
      links(span.links, &writer)
      writer.key("status")
      writer.object { writer in
        writer.key("code")
        writer.string(OTLPNames.status(span.status.code))
        writer.key("message")
        writer.string(span.status.message)
      }
    }
  }

  private static func events(_ events: [Event], _ writer: inout JSONWriter) {
    guard !events.isEmpty else { return }
    writer.key("events")
    writer.array { writer in
      for event in events {
        writer.object { writer in
          writer.member("name", text: event.name)
          writer.member("timeUnixNano", quoted: event.timeNanoseconds)
          attributes("attributes", event.attributes, &writer)
        }
      }
    }
  }

  private static func links(_ links: [Link], _ writer: inout JSONWriter) {
    guard !links.isEmpty else { return }
    writer.key("links")
    writer.array { writer in
      for link in links {
        writer.object { writer in
          writer.key("traceId")
          writer.hex(link.traceID)
          writer.key("spanId")
          writer.hex(link.spanID)
          attributes("attributes", link.attributes, &writer)
        }
      }
    }
  }

  // MARK: Values

  /// Names in order; of a repeated one the last value counts, as in any JSON object.
  private static func attributes(
    _ name: String, _ pairs: [KeyValue], _ writer: inout JSONWriter
  ) {
    guard !pairs.isEmpty else { return }
    writer.key(name)
    object(pairs, &writer)
  }

  private static func object(_ pairs: [KeyValue], _ writer: inout JSONWriter) {
    let values = Dictionary(pairs.map { ($0.key, $0.value) }) { $1 }
    let sorted = values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    writer.object { writer in
      for (key, value) in sorted {
        writer.key(key)
        write(value, into: &writer)
      }
    }
  }

  /// A value as JSON has it: bytes as hex, maps as objects.
  static func write(_ value: AnyValue, into writer: inout JSONWriter) {
    switch value {
    case .empty: writer.null()
    case .string(let text): writer.string(text)
    case .bool(let bool): writer.bool(bool)
    case .int(let int): writer.int(int)
    case .double(let double): writer.double(double)
    case .bytes(let bytes): writer.hex(bytes)
    case .array(let elements):
      writer.array { writer in
        for element in elements { write(element, into: &writer) }
      }
    case .map(let pairs): object(pairs, &writer)
    }
  }
}

/// OTLP's long names for codes; a code without a name shows itself.
enum OTLPNames {
  static func kind(_ code: Int32) -> String { name(code, "SPAN_KIND_", kinds) }
  static func status(_ code: Int32) -> String { name(code, "STATUS_CODE_", statuses) }

  private static let kinds = [
    "UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER",
  ]
  private static let statuses = ["UNSET", "OK", "ERROR"]

  private static func name(_ code: Int32, _ prefix: String, _ names: [String]) -> String {
    names.indices.contains(Int(code)) ? prefix + names[Int(code)] : String(code)
  }
}
