/// One span. What blocks do not store (flags, schema URLs) is not here either.
package struct Span: Sendable, Equatable {
  /// 16 bytes.
  package var traceID: [UInt8]
  /// As received, normally 8 bytes.
  package var spanID: [UInt8]
  package var traceState = ""
  /// Empty for a root.
  package var parentSpanID: [UInt8] = []
  package var name = ""
  /// OTLP code: 0 unspecified … 5 consumer; other numbers are kept.
  package var kind: Int32 = 0
  /// Unix nanoseconds.
  package var startNanoseconds: UInt64 = 0
  /// Unix nanoseconds; may lie before the start.
  package var endNanoseconds: UInt64 = 0
  package var attributes: [KeyValue] = []
  package var droppedAttributesCount: UInt32 = 0
  package var events: [Event] = []
  package var droppedEventsCount: UInt32 = 0
  package var links: [Link] = []
  package var droppedLinksCount: UInt32 = 0
  package var status = Status()

  package init(traceID: [UInt8], spanID: [UInt8]) {
    self.traceID = traceID
    self.spanID = spanID
  }

  /// Kinds the assembly rules speak about.
  static let serverKind: Int32 = 2
  static let clientKind: Int32 = 3
}

/// How a span ended.
package struct Status: Sendable, Equatable {
  package var message: String
  /// OTLP code: 0 unset, 1 ok, 2 error; other numbers are kept.
  package var code: Int32

  package init(message: String = "", code: Int32 = 0) {
    self.message = message
    self.code = code
  }
}

/// Something that happened at one moment of a span.
package struct Event: Sendable, Equatable {
  /// Unix nanoseconds.
  package var timeNanoseconds: UInt64
  package var name: String
  package var attributes: [KeyValue]
  package var droppedAttributesCount: UInt32

  package init(
    timeNanoseconds: UInt64, name: String, attributes: [KeyValue] = [],
    droppedAttributesCount: UInt32 = 0
  ) {
    self.timeNanoseconds = timeNanoseconds
    self.name = name
    self.attributes = attributes
    self.droppedAttributesCount = droppedAttributesCount
  }
}

/// A pointer from a span to another one, often of another trace.
package struct Link: Sendable, Equatable {
  package var traceID: [UInt8]
  package var spanID: [UInt8]
  package var traceState: String
  package var attributes: [KeyValue]
  package var droppedAttributesCount: UInt32

  package init(
    traceID: [UInt8] = [], spanID: [UInt8] = [], traceState: String = "",
    attributes: [KeyValue] = [], droppedAttributesCount: UInt32 = 0
  ) {
    self.traceID = traceID
    self.spanID = spanID
    self.traceState = traceState
    self.attributes = attributes
    self.droppedAttributesCount = droppedAttributesCount
  }
}
