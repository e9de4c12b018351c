import Synchronization

/// How far checking a block has come; shared by its threads and whoever shows it.
package final class VerifyProgress: Sendable {
  private let chunksTotal = Atomic<Int>(0)
  private let chunksDone = Atomic<Int>(0)
  private let tracesTotal = Atomic<Int>(0)
  private let tracesDone = Atomic<Int>(0)

  package init() {}

  func expect(chunks: Int, traces: Int) {
    chunksTotal.store(chunks, ordering: .relaxed)
    tracesTotal.store(traces, ordering: .relaxed)
  }

  func finishChunk() { chunksDone.add(1, ordering: .relaxed) }
  func finishTraces(_ count: Int) { tracesDone.add(count, ordering: .relaxed) }

  package struct Snapshot: Sendable {
    package var chunksTotal: Int
    package var chunksDone: Int
    package var tracesTotal: Int
    package var tracesDone: Int

    /// "12 of 618 column chunks, 0 of 505 traces"
    package var text: String {
      "\(chunksDone) of \(chunksTotal) column chunks, \(tracesDone) of \(tracesTotal) traces"
    }
  }

  package func snapshot() -> Snapshot {
    Snapshot(
      chunksTotal: chunksTotal.load(ordering: .relaxed),
      chunksDone: chunksDone.load(ordering: .relaxed),
      tracesTotal: tracesTotal.load(ordering: .relaxed),
      tracesDone: tracesDone.load(ordering: .relaxed))
  }
}
