// Zipkin lets both halves of a call share one span ID. Readers of OTLP expect unique ones.
extension Trace {
  /// Gives every server span whose ID is also that of a client span an ID of its own, below the
  /// client span, and moves the shared ID's children under it.
  package mutating func separateSharedIDs() {
    var used: Set<[UInt8]> = []
    var clientIDs: Set<[UInt8]> = []
    forEachSpan { span in
      used.insert(span.spanID)
      if span.kind == Span.clientKind { clientIDs.insert(span.spanID) }
    }
    guard !clientIDs.isEmpty else { return }

    var replacements: [[UInt8]: [UInt8]] = [:]
    var next: UInt64 = 1
    updateSpans { span in
      guard span.kind == Span.serverKind, clientIDs.contains(span.spanID) else { return }
      let shared = span.spanID
      let fresh = Self.unusedID(from: &next, used: &used)
      replacements[shared] = fresh
      span.parentSpanID = shared
      span.spanID = fresh
    }
    guard !replacements.isEmpty else { return }

    updateSpans { span in
      if let fresh = replacements[span.parentSpanID], fresh != span.spanID {
        span.parentSpanID = fresh
      }
    }
  }

  /// The next number no span uses, as eight bytes, the most significant first.
  private static func unusedID(from next: inout UInt64, used: inout Set<[UInt8]>) -> [UInt8] {
    while true {  // bounded: every turn but the last meets one of the spans' IDs
      let candidate = withUnsafeBytes(of: next.bigEndian) { Array($0) }
      next += 1
      if used.insert(candidate).inserted { return candidate }
    }
  }
}
