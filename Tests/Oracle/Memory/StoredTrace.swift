/// One trace as a block would hold it: spans in stored order, each naming its resource and scope.
package struct StoredTrace: Sendable {
  /// What answers call the trace.
  package var label: String
  /// 16 bytes.
  package var id: [UInt8]
  package var batches: [Batch]

  package init(label: String, id: [UInt8], batches: [Batch] = []) {
    self.label = label
    self.id = id
    self.batches = batches
  }

  /// Spans of one resource and one instrumentation scope, as they lie next to each other.
  package struct Batch: Sendable {
    package var resource: [StoredAttribute]
    package var scope: StoredScope
    package var spans: [StoredSpan]

    package init(
      resource: [StoredAttribute] = [], scope: StoredScope = StoredScope(), spans: [StoredSpan] = []
    ) {
      self.resource = resource
      self.scope = scope
      self.spans = spans
    }
  }

  package var spans: [StoredSpan] { batches.flatMap(\.spans) }

  /// The last root by start, ID and kind (the last stored one of equals), and the batch it lies in:
  /// what is stored first does not name a trace, so that its cuts do not either. A span with a link
  /// into its own trace that says `child_of` has a parent after all.
  package var root: (batch: Batch, span: StoredSpan)? {
    let roots = batches.flatMap { batch in
      batch.spans.filter { $0.isRoot(of: id) }.map { (batch: batch, span: $0) }
    }
    return roots.reversed().max { $1.span.isLaterRoot(than: $0.span) }
  }

  package var start: Int64 { spans.map(\.start).min() ?? 0 }
  package var end: Int64 { spans.map { $0.start &+ $0.duration }.max() ?? 0 }
}

package struct StoredScope: Sendable, Equatable {
  package var name = ""
  package var version = ""
  package var attributes: [StoredAttribute] = []

  package init(name: String = "", version: String = "", attributes: [StoredAttribute] = []) {
    self.name = name
    self.version = version
    self.attributes = attributes
  }
}

package struct StoredSpan: Sendable, Equatable {
  /// What answers call the span.
  package var label: String
  package var name: String
  /// 8 bytes.
  package var id: [UInt8]
  /// Empty for a root.
  package var parentID: [UInt8]
  /// Unix nanoseconds.
  package var start: Int64
  /// Nanoseconds.
  package var duration: Int64
  /// OTLP codes.
  package var kind: Int64 = 0
  package var status: Int64 = 0
  package var statusMessage = ""
  package var traceState = ""
  package var attributes: [StoredAttribute] = []
  package var events: [StoredEvent] = []
  package var links: [StoredLink] = []

  package init(
    label: String, name: String, id: [UInt8], parentID: [UInt8], start: Int64, duration: Int64
  ) {
    self.label = label
    self.name = name
    self.id = id
    self.parentID = parentID
    self.start = start
    self.duration = duration
  }

  func isLaterRoot(than other: StoredSpan) -> Bool {
    (start, HexID.digits(id), kind) > (other.start, HexID.digits(other.id), other.kind)
  }

  func isRoot(of trace: [UInt8]) -> Bool {
    parentID.isEmpty
      && !links.contains { link in
        link.traceID == trace
          && link.attributes.contains {
            $0.key == "opentracing.ref_type" && $0.elements == [.text("child_of")]
          }
      }
  }
}

package struct StoredEvent: Sendable, Equatable {
  package var name: String
  /// Nanoseconds after the start of the span.
  package var time: Int64
  package var attributes: [StoredAttribute]

  package init(name: String, time: Int64 = 0, attributes: [StoredAttribute] = []) {
    self.name = name
    self.time = time
    self.attributes = attributes
  }
}

package struct StoredLink: Sendable, Equatable {
  /// 16 and 8 bytes.
  package var traceID: [UInt8]
  package var spanID: [UInt8]
  package var attributes: [StoredAttribute]

  package init(traceID: [UInt8], spanID: [UInt8], attributes: [StoredAttribute] = []) {
    self.traceID = traceID
    self.spanID = spanID
    self.attributes = attributes
  }
}

/// A key and its elements: one for a scalar, none for values that blocks keep no trace of.
package struct StoredAttribute: Sendable, Equatable {
  package enum Element: Sendable, Equatable {
    case text(String)
    case int(Int64)
    case double(Double)
    case bool(Bool)
  }

  package var key: String
  package var elements: [Element]

  package init(key: String, elements: [Element]) {
    self.key = key
    self.elements = elements
  }
}

extension StoredAttribute.Element {
  package var text: String? { if case .text(let value) = self { value } else { nil } }
  package var int: Int64? { if case .int(let value) = self { value } else { nil } }
  package var double: Double? { if case .double(let value) = self { value } else { nil } }
  package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
}
