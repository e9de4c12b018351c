package import Wire

/// The protobuf of a trace: OTLP `TracesData`, which Tempo calls `Trace`.
///
/// Defaults are left out, but `resource`, `scope` and `status` are always there.
package enum TraceProtobuf {
  /// The whole message.
  package static func encode(_ trace: Trace) -> [UInt8] {
    var writer = ProtobufWriter(reservingBytes: 256 * trace.spanCount)
    write(trace, into: &writer)
    return writer.bytes
  }

  /// Writes the fields of the message, for use inside another one.
  package static func write(_ trace: Trace, into writer: inout ProtobufWriter) {
    for resourceSpans in trace.resourceSpans {
      writer.message(1) { writer in
        writer.message(1) { writer in
          attributes(1, resourceSpans.resource.attributes, &writer)
          count(2, resourceSpans.resource.droppedAttributesCount, &writer)
        }
        for scopeSpans in resourceSpans.scopeSpans {
          writer.message(2) { writer in
            writer.message(1) { write(scopeSpans.scope, &$0) }
            for span in scopeSpans.spans { writer.message(2) { write(span, &$0) } }
          }
        }
      }
    }
  }

  private static func write(_ scope: InstrumentationScope, _ writer: inout ProtobufWriter) {
    text(1, scope.name, &writer)
    text(2, scope.version, &writer)
    attributes(3, scope.attributes, &writer)
    count(4, scope.droppedAttributesCount, &writer)
  }

  private static func write(_ span: Span, _ writer: inout ProtobufWriter) {
    bytes(1, span.traceID, &writer)
    bytes(2, span.spanID, &writer)
    text(3, span.traceState, &writer)
    bytes(4, span.parentSpanID, &writer)
    text(5, span.name, &writer)
    if span.kind != 0 { writer.int64(6, Int64(span.kind)) }
    time(7, span.startNanoseconds, &writer)
    time(8, span.endNanoseconds, &writer)
    attributes(9, span.attributes, &writer)
    count(10, span.droppedAttributesCount, &writer)
    for event in span.events {
      writer.message(11) { writer in
        time(1, event.timeNanoseconds, &writer)
        text(2, event.name, &writer)
        attributes(3, event.attributes, &writer)
        count(4, event.droppedAttributesCount, &writer)
      }
    }
    count(12, span.droppedEventsCount, &writer)
    for link in span.links {
      writer.message(13) { writer in
        bytes(1, link.traceID, &writer)
        bytes(2, link.spanID, &writer)
        text(3, link.traceState, &writer)
        attributes(4, link.attributes, &writer)
        count(5, link.droppedAttributesCount, &writer)
      }
    }
    count(14, span.droppedLinksCount, &writer)
    writer.message(15) { writer in
      text(2, span.status.message, &writer)
      if span.status.code != 0 { writer.int64(3, Int64(span.status.code)) }
    }
  }
}

// MARK: Attributes

extension TraceProtobuf {
  private static func attributes(
    _ field: Int, _ attributes: [KeyValue], _ writer: inout ProtobufWriter
  ) {
    for pair in attributes { writer.message(field) { write(pair, into: &$0) } }
  }

  /// Writes the fields of a `KeyValue`.
  package static func write(_ pair: KeyValue, into writer: inout ProtobufWriter) {
    text(1, pair.key, &writer)
    writer.message(2) { write(pair.value, into: &$0) }
  }

  /// Writes the field of an `AnyValue`; the chosen one stands even with its default.
  package static func write(_ value: AnyValue, into writer: inout ProtobufWriter) {
    switch value {
    case .empty: break
    case .string(let value): writer.string(1, value)
    case .bool(let value): writer.bool(2, value)
    case .int(let value): writer.int64(3, value)
    case .double(let value): writer.double(4, value)
    case .array(let elements):
      writer.message(5) { writer in
        for element in elements { writer.message(1) { write(element, into: &$0) } }
      }
    case .map(let pairs): writer.message(6) { attributes(1, pairs, &$0) }
    case .bytes(let value): writer.bytes(7, value)
    }
  }
}

// MARK: Fields that are left out when they have their default

extension TraceProtobuf {
  private static func text(_ field: Int, _ value: String, _ writer: inout ProtobufWriter) {
    if !value.isEmpty { writer.string(field, value) }
  }

  private static func bytes(_ field: Int, _ value: [UInt8], _ writer: inout ProtobufWriter) {
    if !value.isEmpty { writer.bytes(field, value) }
  }

  private static func time(_ field: Int, _ value: UInt64, _ writer: inout ProtobufWriter) {
    if value != 0 { writer.fixed64(field, value) }
  }

  private static func count(_ field: Int, _ value: UInt32, _ writer: inout ProtobufWriter) {
    if value != 0 { writer.uint64(field, UInt64(value)) }
  }
}
