import Columns
package import Spans

/// Reads `ExportTraceServiceRequest` messages (the same bytes as `TracesData` and Tempo's `Trace`)
/// straight into columns (ingest.md 2).
package struct OTLPDecoder {
  /// Attributes that were cut because they were too long, since the decoder was made.
  package var truncated: TruncationCounts { values.truncated }
  private var values: AttributeDecoder

  /// Keys and textual values of more than `attributeBytesMax` bytes are cut, 0: never
  /// (ingest.md 7.2).
  package init(attributeBytesMax: Int = 0) {
    values = AttributeDecoder(bytesMax: attributeBytesMax)
  }

  /// Appends the spans of one message, all of them or, if it throws, none; returns their number.
  package mutating func decode(
    _ message: [UInt8], into table: inout SpanTable
  ) throws(IntakeError) -> Int {
    var result: Result<Int, IntakeError> = .success(0)
    message.withUnsafeBytes { bytes in
      do throws(IntakeError) {
        result = .success(try decode(bytes, into: &table))
      } catch {
        result = .failure(error)
      }
    }
    return try result.get()
  }

  /// Appends the spans of one message in memory that is held elsewhere.
  package mutating func decode(
    _ message: UnsafeRawBufferPointer, into table: inout SpanTable
  ) throws(IntakeError) -> Int {
    let mark = table.mark
    let before = table.spanCount
    do throws(IntakeError) {
      var scanner = ProtobufScanner(message)
      while !scanner.isAtEnd {
        let (number, type) = try scanner.key()
        if number == 1, type == .bytes {
          try resourceSpans(try scanner.message(), &table)
        } else {
          try scanner.skip(type)
        }
      }
    } catch {
      table.truncate(to: mark)
      throw error
    }
    return table.spanCount - before
  }

  /// The resource is read first, wherever it stands: its spans refer to it.
  private mutating func resourceSpans(
    _ message: ProtobufScanner, _ table: inout SpanTable
  ) throws(IntakeError) {
    var scanner = message
    var attributes = AttributeTable()
    var dropped: UInt32 = 0
    var scopes: [ProtobufScanner] = []
    while !scanner.isAtEnd {
      switch try scanner.key() {
      case (1, .bytes):
        var resource = try scanner.message()
        values.place = .resource
        while !resource.isAtEnd {
          switch try resource.key() {
          case (1, .bytes):
            try values.attribute(try resource.message(), &attributes, &table.strings)
          case (2, .varint): dropped = UInt32(truncatingIfNeeded: try resource.varint())
          case (_, let type): try resource.skip(type)
          }
        }
      case (2, .bytes): scopes.append(try scanner.message())
      case (_, let type): try scanner.skip(type)
      }
    }
    attributes.endOwner()
    let resource = table.resource(attributes, droppedAttributes: dropped)
    for scope in scopes { try scopeSpans(scope, resource, &table) }
  }

  private mutating func scopeSpans(
    _ message: ProtobufScanner, _ resource: UInt32, _ table: inout SpanTable
  ) throws(IntakeError) {
    var scanner = message
    var spans: [ProtobufScanner] = []
    var fields = SpanTable.SpanFields()
    fields.resource = resource
    var (name, version): (UInt32, UInt32) = (0, 0)
    var attributes = AttributeTable()
    var dropped: UInt32 = 0
    while !scanner.isAtEnd {
      switch try scanner.key() {
      case (1, .bytes):
        var scope = try scanner.message()
        values.place = .scope
        while !scope.isAtEnd {
          switch try scope.key() {
          case (1, .bytes): name = table.strings.intern(try scope.bytes())
          case (2, .bytes): version = table.strings.intern(try scope.bytes())
          case (3, .bytes):
            try values.attribute(try scope.message(), &attributes, &table.strings)
          case (4, .varint): dropped = UInt32(truncatingIfNeeded: try scope.varint())
          case (_, let type): try scope.skip(type)
          }
        }
      case (2, .bytes): spans.append(try scanner.message())
      case (_, let type): try scanner.skip(type)
      }
    }
    attributes.endOwner()
    fields.scope = table.scope(
      name: name, version: version, attributes, droppedAttributes: dropped)
    values.place = .span
    for span in spans { try self.span(span, fields, &table) }
  }

  private mutating func span(
    _ message: ProtobufScanner, _ owner: SpanTable.SpanFields, _ table: inout SpanTable
  ) throws(IntakeError) {
    var scanner = message
    var span = owner
    while !scanner.isAtEnd {
      switch try scanner.key() {
      case (1, .bytes): span.traceID = try Self.traceID(try scanner.bytes())
      case (2, .bytes): span.spanID = try Self.spanID(try scanner.bytes())
      case (3, .bytes): span.traceState = table.strings.intern(try scanner.bytes())
      case (4, .bytes): span.parentID = try Self.spanID(try scanner.bytes())
      case (5, .bytes): span.name = table.strings.intern(try scanner.bytes())
      case (6, .varint): span.kind = Int32(truncatingIfNeeded: try scanner.varint())
      case (7, .fixed64): span.start = try scanner.fixed64()
      case (8, .fixed64): span.end = try scanner.fixed64()
      case (9, .bytes):
        try values.attribute(try scanner.message(), &table.attributes, &table.strings)
      case (10, .varint): span.droppedAttributes = UInt32(truncatingIfNeeded: try scanner.varint())
      case (11, .bytes): try event(try scanner.message(), &table)
      case (12, .varint): span.droppedEvents = UInt32(truncatingIfNeeded: try scanner.varint())
      case (13, .bytes): try link(try scanner.message(), &table)
      case (14, .varint): span.droppedLinks = UInt32(truncatingIfNeeded: try scanner.varint())
      case (15, .bytes): try status(try scanner.message(), &span, &table)
      case (_, let type): try scanner.skip(type)
      }
    }
    if span.traceID.isZero { throw .traceID }
    if span.spanID.isEmpty { throw .spanID }
    table.endSpan(span)
  }

  private func status(
    _ message: ProtobufScanner, _ span: inout SpanTable.SpanFields, _ table: inout SpanTable
  ) throws(IntakeError) {
    var scanner = message
    while !scanner.isAtEnd {
      switch try scanner.key() {
      case (2, .bytes): span.statusMessage = table.strings.intern(try scanner.bytes())
      case (3, .varint): span.statusCode = Int32(truncatingIfNeeded: try scanner.varint())
      case (_, let type): try scanner.skip(type)
      }
    }
  }

  private mutating func event(
    _ message: ProtobufScanner, _ table: inout SpanTable
  ) throws(IntakeError) {
    var scanner = message
    values.place = .event
    defer { values.place = .span }
    var time: UInt64 = 0
    var (name, dropped): (UInt32, UInt32) = (0, 0)
    while !scanner.isAtEnd {
      switch try scanner.key() {
      case (1, .fixed64): time = try scanner.fixed64()
      case (2, .bytes): name = table.strings.intern(try scanner.bytes())
      case (3, .bytes):
        try values.attribute(try scanner.message(), &table.events.attributes, &table.strings)
      case (4, .varint): dropped = UInt32(truncatingIfNeeded: try scanner.varint())
      case (_, let type): try scanner.skip(type)
      }
    }
    table.events.endEvent(time: time, name: name, droppedAttributes: dropped)
  }

  private mutating func link(
    _ message: ProtobufScanner, _ table: inout SpanTable
  ) throws(IntakeError) {
    var scanner = message
    values.place = .link
    defer { values.place = .span }
    var (traceID, spanID, state, dropped): (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    while !scanner.isAtEnd {
      switch try scanner.key() {
      case (1, .bytes): traceID = table.strings.intern(try scanner.bytes())
      case (2, .bytes): spanID = table.strings.intern(try scanner.bytes())
      case (3, .bytes): state = table.strings.intern(try scanner.bytes())
      case (4, .bytes):
        try values.attribute(try scanner.message(), &table.links.attributes, &table.strings)
      case (5, .varint): dropped = UInt32(truncatingIfNeeded: try scanner.varint())
      case (_, let type): try scanner.skip(type)
      }
    }
    table.links.endLink(
      traceID: traceID, spanID: spanID, traceState: state, droppedAttributes: dropped)
  }
}

// MARK: Identifiers

extension OTLPDecoder {
  /// 16 bytes, or none.
  static func traceID(_ bytes: UnsafeRawBufferPointer) throws(IntakeError) -> TraceID {
    if bytes.isEmpty { return TraceID(high: 0, low: 0) }
    guard bytes.count == 16 else { throw .invalidTraceID("invalid TraceID length") }
    return TraceID(
      high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
      low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
  }

  /// 8 bytes, or none; all zeros mean none.
  static func spanID(_ bytes: UnsafeRawBufferPointer) throws(IntakeError) -> ShortID {
    if bytes.isEmpty { return .none }
    guard bytes.count == 8 else { throw .invalidSpanID("invalid SpanID length") }
    let bits = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
    return bits == 0 ? .none : ShortID(bits: bits, byteCount: 8)
  }
}
