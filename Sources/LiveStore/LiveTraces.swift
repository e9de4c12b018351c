package import Spans

/// How large the traces are that still get spans: for the limits of their number and size.
package struct LiveTraces: Sendable {
  private struct Trace {
    var byteCount: Int
    var lastNanoseconds: UInt64
  }

  private var traces: [TraceID: Trace] = [:]

  package init() {}

  package var count: Int { traces.count }

  package struct Verdict: Sendable {
    package var tooLarge: Set<TraceID> = []
    package var tooMany: Set<TraceID> = []

    package var all: Set<TraceID> { tooLarge.union(tooMany) }
  }

  /// Takes the spans of a request of `byteCount` bytes into account, but those of the traces it
  /// names: these are past a limit.
  package mutating func take(
    _ traceIDs: some Collection<TraceID>, byteCount: Int, countMax: Int, bytesMax: Int,
    now: UInt64
  ) -> Verdict {
    var verdict = Verdict()
    var spanCounts: [TraceID: Int] = [:]
    for id in traceIDs { spanCounts[id, default: 0] += 1 }
    // In the order of their IDs: the same request meets the limit with the same traces.
    for (id, spans) in spanCounts.sorted(by: { $0.key < $1.key }) {
      let share = byteCount * spans / max(1, traceIDs.count)
      let known = traces[id]
      if known == nil, countMax > 0, traces.count >= countMax {
        verdict.tooMany.insert(id)
      } else if bytesMax > 0, (known?.byteCount ?? 0) + share > bytesMax {
        verdict.tooLarge.insert(id)
      } else {
        traces[id] = Trace(byteCount: (known?.byteCount ?? 0) + share, lastNanoseconds: now)
      }
    }
    return verdict
  }

  /// Traces that got nothing for a while are no longer live.
  package mutating func forgetIdle(before nanoseconds: UInt64) {
    traces = traces.filter { $0.value.lastNanoseconds >= nanoseconds }
  }
}
