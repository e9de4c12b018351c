// A trace may lie in several blocks: replicas, late spans, blocks of a compaction under way.
extension Trace {
  /// Two spans with the same span ID and kind are one span. Client and server halves of one call
  /// may share an ID, so the kind counts.
  private struct Identity: Hashable {
    var spanID: [UInt8]
    var kind: Int32
  }

  /// Puts the parts of one trace together: of equal spans the one in the earliest part stays, and
  /// duplicates inside a part stay too.
  ///
  /// A trace of several parts is sorted; one part keeps its stored order.
  package static func merging(_ parts: [Trace]) -> Trace {
    guard var merged = parts.first, parts.count > 1 else { return parts.first ?? Trace() }
    var seen: Set<Identity> = []
    merged.forEachSpan { seen.insert(Identity(spanID: $0.spanID, kind: $0.kind)) }
    for part in parts.dropFirst() {
      let fresh = part.without(seen)
      fresh.forEachSpan { seen.insert(Identity(spanID: $0.spanID, kind: $0.kind)) }
      merged.resourceSpans += fresh.resourceSpans
    }
    merged.sort()
    return merged
  }

  /// The spans not in `seen`; scopes and resources left without spans go too.
  private func without(_ seen: Set<Identity>) -> Trace {
    var rest = self
    for r in rest.resourceSpans.indices {
      for s in rest.resourceSpans[r].scopeSpans.indices {
        rest.resourceSpans[r].scopeSpans[s].spans.removeAll {
          seen.contains(Identity(spanID: $0.spanID, kind: $0.kind))
        }
      }
      rest.resourceSpans[r].scopeSpans.removeAll { $0.spans.isEmpty }
    }
    rest.resourceSpans.removeAll { $0.scopeSpans.isEmpty }
    return rest
  }
}

// MARK: Order

extension Trace {
  /// Spans by (start, ID), scopes and resources by their earliest span, events by (time, name),
  /// links by (trace ID, span ID).
  package mutating func sort() {
    updateSpans { span in
      span.events = span.events.sortedStably {
        ($0.timeNanoseconds, $0.name) < ($1.timeNanoseconds, $1.name)
      }
      span.links = span.links.sortedStably { a, b in
        a.traceID == b.traceID
          ? a.spanID.lexicographicallyPrecedes(b.spanID)
          : a.traceID.lexicographicallyPrecedes(b.traceID)
      }
    }
    for r in resourceSpans.indices {
      for s in resourceSpans[r].scopeSpans.indices {
        resourceSpans[r].scopeSpans[s].spans =
          resourceSpans[r].scopeSpans[s].spans.sortedStably(by: Self.starts)
      }
      resourceSpans[r].scopeSpans = resourceSpans[r].scopeSpans.sortedStably {
        Self.starts($0.spans.first, before: $1.spans.first)
      }
    }
    resourceSpans = resourceSpans.sortedStably {
      Self.starts($0.scopeSpans.first?.spans.first, before: $1.scopeSpans.first?.spans.first)
    }
  }

  private static func starts(_ a: Span, before b: Span) -> Bool {
    a.startNanoseconds == b.startNanoseconds
      ? a.spanID.lexicographicallyPrecedes(b.spanID) : a.startNanoseconds < b.startNanoseconds
  }

  /// What has no span comes last.
  private static func starts(_ a: Span?, before b: Span?) -> Bool {
    guard let a else { return false }
    guard let b else { return true }
    return starts(a, before: b)
  }
}

extension Array {
  /// `sorted` promises no order among equals; answers must not change between two runs.
  fileprivate func sortedStably(by precedes: (Element, Element) -> Bool) -> [Element] {
    guard count > 1 else { return self }
    let order = indices.sorted { a, b in
      if precedes(self[a], self[b]) { return true }
      if precedes(self[b], self[a]) { return false }
      return a < b
    }
    return order.map { self[$0] }
  }
}
