import OTLP
import Wire

/// Decodes OTLP `TracesData` by the field numbers of its definition: what the encoder is held to.
enum ProtobufTrace {
  static func decode(_ bytes: [UInt8]) throws -> Trace {
    var trace = Trace()
    try fields(ProtobufReader(bytes)) { field in
      if field.number == 1 { trace.resourceSpans.append(try resourceSpans(field.message())) }
    }
    return trace
  }

  /// Field 1 of a `TraceByIDResponse`.
  static func trace(inResponse bytes: [UInt8]) throws -> Trace {
    var trace = Trace()
    try fields(ProtobufReader(bytes)) { field in
      if field.number == 1 { trace = try decode(Array(field.bytes())) }
    }
    return trace
  }

  private static func resourceSpans(_ reader: ProtobufReader) throws -> ResourceSpans {
    var result = ResourceSpans()
    try fields(reader) { field in
      switch field.number {
      case 1:
        try fields(field.message()) { field in
          switch field.number {
          case 1: result.resource.attributes.append(try pair(field.message()))
          case 2: result.resource.droppedAttributesCount = try field.uint32()
          default: break
          }
        }
      case 2: result.scopeSpans.append(try scopeSpans(field.message()))
      default: break
      }
    }
    return result
  }

  private static func scopeSpans(_ reader: ProtobufReader) throws -> ScopeSpans {
    var result = ScopeSpans()
    try fields(reader) { field in
      switch field.number {
      case 1:
        try fields(field.message()) { field in
          switch field.number {
          case 1: result.scope.name = try field.string()
          case 2: result.scope.version = try field.string()
          case 3: result.scope.attributes.append(try pair(field.message()))
          case 4: result.scope.droppedAttributesCount = try field.uint32()
          default: break
          }
        }
      case 2: result.spans.append(try span(field.message()))
      default: break
      }
    }
    return result
  }

  private static func span(_ reader: ProtobufReader) throws -> Span {
    var span = Span(traceID: [], spanID: [])
    try fields(reader) { field in
      switch field.number {
      case 1: span.traceID = Array(try field.bytes())
      case 2: span.spanID = Array(try field.bytes())
      case 3: span.traceState = try field.string()
      case 4: span.parentSpanID = Array(try field.bytes())
      case 5: span.name = try field.string()
      case 6: span.kind = try field.int32()
      case 7: span.startNanoseconds = try field.fixed64()
      case 8: span.endNanoseconds = try field.fixed64()
      case 9: span.attributes.append(try pair(field.message()))
      case 10: span.droppedAttributesCount = try field.uint32()
      case 11: span.events.append(try event(field.message()))
      case 12: span.droppedEventsCount = try field.uint32()
      case 13: span.links.append(try link(field.message()))
      case 14: span.droppedLinksCount = try field.uint32()
      case 15:
        try fields(field.message()) { field in
          switch field.number {
          case 2: span.status.message = try field.string()
          case 3: span.status.code = try field.int32()
          default: break
          }
        }
      default: break
      }
    }
    return span
  }

  private static func event(_ reader: ProtobufReader) throws -> Event {
    var event = Event(timeNanoseconds: 0, name: "")
    try fields(reader) { field in
      switch field.number {
      case 1: event.timeNanoseconds = try field.fixed64()
      case 2: event.name = try field.string()
      case 3: event.attributes.append(try pair(field.message()))
      case 4: event.droppedAttributesCount = try field.uint32()
      default: break
      }
    }
    return event
  }

  private static func link(_ reader: ProtobufReader) throws -> Link {
    var link = Link()
    try fields(reader) { field in
      switch field.number {
      case 1: link.traceID = Array(try field.bytes())
      case 2: link.spanID = Array(try field.bytes())
      case 3: link.traceState = try field.string()
      case 4: link.attributes.append(try pair(field.message()))
      case 5: link.droppedAttributesCount = try field.uint32()
      default: break
      }
    }
    return link
  }

  private static func pair(_ reader: ProtobufReader) throws -> KeyValue {
    var pair = KeyValue(key: "", value: .empty)
    try fields(reader) { field in
      switch field.number {
      case 1: pair.key = try field.string()
      case 2: pair.value = try AnyValue(protobuf: Array(field.bytes()))
      default: break
      }
    }
    return pair
  }

  private static func fields(
    _ reader: ProtobufReader, _ body: (ProtobufField) throws -> Void
  ) throws {
    var reader = reader
    while let field = try reader.next() { try body(field) }
  }
}
