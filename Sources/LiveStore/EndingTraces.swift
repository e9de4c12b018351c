import Spans

/// The traces that a block waits for when it is due: those that got spans a moment ago. Their spans
/// go on into it, so that few traces lie in two blocks.
struct EndingTraces: Sendable {
  /// When the block was due.
  let sinceNanoseconds: UInt64
  /// When each last got spans.
  private var last: [TraceID: UInt64] = [:]

  /// What of `chunks` got spans less than `idleNanoseconds` ago.
  init(_ chunks: [LiveChunk], now: UInt64, idleNanoseconds: UInt64) {
    sinceNanoseconds = now
    for chunk in chunks {
      // When exactly is not worth knowing: they are waited for a little longer.
      for trace in chunk.traces(since: now - min(now, idleNanoseconds)) { last[trace] = now }
    }
  }

  var isEmpty: Bool { last.isEmpty }

  func contains(_ trace: TraceID) -> Bool { last[trace] != nil }

  mutating func note(_ traces: some Sequence<TraceID>, now: UInt64) {
    for trace in traces { last[trace] = now }
  }

  /// Traces that got nothing since are complete.
  mutating func forgetIdle(before nanoseconds: UInt64) {
    last = last.filter { $0.value >= nanoseconds }
  }
}
