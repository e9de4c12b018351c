import Engine

/// What a followed query has shown: each trace, or each span, once, however often it is found.
struct ShownMatches {
  private struct Key: Hashable {
    var traceID: [UInt8]
    /// Empty where traces are followed.
    var spanID: [UInt8]
    var start: UInt64
  }

  private let rows: RowKind
  private var shown: Set<Key> = []

  init(rows: RowKind) { self.rows = rows }

  /// What of a trace has not been shown and is now; nil if all has.
  mutating func unseen(_ trace: TraceMatch) -> TraceMatch? {
    guard rows == .spans else {
      let isNew = shown.insert(Key(traceID: trace.traceID, spanID: [], start: 0)).inserted
      return isNew ? trace : nil
    }
    var trace = trace
    for set in trace.spanSets.indices {
      trace.spanSets[set].spans.removeAll { span in
        let key = Key(
          traceID: trace.traceID, spanID: span.spanID, start: span.startNanoseconds)
        return !shown.insert(key).inserted
      }
    }
    trace.spanSets.removeAll { $0.spans.isEmpty }
    return trace.spanSets.isEmpty ? nil : trace
  }
}
