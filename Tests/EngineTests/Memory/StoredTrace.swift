/// One trace as a block would hold it: spans in stored order, each naming its resource and scope.
struct StoredTrace: Sendable {
  /// What answers call the trace.
  var label: String
  /// 16 bytes.
  var id: [UInt8]
  var batches: [Batch] = []

  /// Spans of one resource and one instrumentation scope, as they lie next to each other.
  struct Batch: Sendable {
    var resource: [StoredAttribute] = []
    var scope = StoredScope()
    var spans: [StoredSpan] = []
  }

  var spans: [StoredSpan] { batches.flatMap(\.spans) }

  /// The last root in stored order, and the batch it lies in.
  var root: (batch: Batch, span: StoredSpan)? {
    for batch in batches.reversed() {
      if let span = batch.spans.last(where: \.parentID.isEmpty) { return (batch, span) }
    }
    return nil
  }

  var start: Int64 { spans.map(\.start).min() ?? 0 }
  var end: Int64 { spans.map { $0.start &+ $0.duration }.max() ?? 0 }
}

struct StoredScope: Sendable {
  var name = ""
  var version = ""
  var attributes: [StoredAttribute] = []
}

struct StoredSpan: Sendable {
  /// What answers call the span.
  var label: String
  var name: String
  /// 8 bytes.
  var id: [UInt8]
  /// Empty for a root.
  var parentID: [UInt8]
  /// Unix nanoseconds.
  var start: Int64
  /// Nanoseconds.
  var duration: Int64
  /// OTLP codes.
  var kind: Int64 = 0
  var status: Int64 = 0
  var statusMessage = ""
  var traceState = ""
  var attributes: [StoredAttribute] = []
  var events: [StoredEvent] = []
  var links: [StoredLink] = []
}

struct StoredEvent: Sendable {
  var name: String
  /// Nanoseconds after the start of the span.
  var time: Int64 = 0
  var attributes: [StoredAttribute] = []
}

struct StoredLink: Sendable {
  /// 16 and 8 bytes.
  var traceID: [UInt8]
  var spanID: [UInt8]
  var attributes: [StoredAttribute] = []
}

/// A key and its elements: one for a scalar, none for values that blocks keep no trace of.
struct StoredAttribute: Sendable {
  enum Element: Sendable, Equatable {
    case text(String)
    case int(Int64)
    case double(Double)
    case bool(Bool)
  }

  var key: String
  var elements: [Element]
}

extension StoredAttribute.Element {
  var text: String? { if case .text(let value) = self { value } else { nil } }
  var int: Int64? { if case .int(let value) = self { value } else { nil } }
  var double: Double? { if case .double(let value) = self { value } else { nil } }
  var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
}
