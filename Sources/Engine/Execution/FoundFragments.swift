import Parquet
import Storage
import Synchronization

/// Traces that a query found by looking at each of their fragments alone.
///
/// A query that speaks of single spans finds a trace if, and only if, it finds one of its fragments.
/// So it need not know beforehand which traces lie in several blocks, which takes reading every ID:
/// it looks the few traces it has found up in the other blocks afterwards, most of which their bloom
/// filters rule out. If one of them does lie in several places, or there are many, the query begins
/// again with all that is to be known.
final class FoundFragments: Sendable {
  private struct State {
    var idsOfBlock: [Int: [[UInt8]]] = [:]
    var count = 0
    var isOver = false
  }

  private let state = Mutex(State())

  /// More traces than this are not looked up one by one.
  private static let countMax = 2_048

  /// Whether so much was found that looking it up is no longer worth it.
  var isOver: Bool { state.withLock { $0.isOver } }

  func note(_ traceIDs: [[UInt8]], block: Int) {
    state.withLock { state in
      state.count += traceIDs.count
      if state.count > Self.countMax || !traceIDs.allSatisfy({ $0.count == 16 }) {
        state.isOver = true
      } else {
        state.idsOfBlock[block, default: []] += traceIDs
      }
    }
  }

  /// Whether each trace that was found lies in one place.
  func areWhole(
    in blocks: [Block], _ threadCount: Int, _ statistics: ReadStatistics
  ) async throws(StorageError) -> Bool {
    let (idsOfBlock, isOver) = state.withLock { ($0.idsOfBlock, $0.isOver) }
    if isOver { return false }
    let all = idsOfBlock.values.flatMap(\.self)
    guard !all.isEmpty else { return true }
    guard Set(all).count == all.count else { return false }
    let isRepeated = Atomic(false)
    try await WorkQueue.forEach(blocks.count, threadCount) { index throws(StorageError) in
      if isRepeated.load(ordering: .relaxed) { return }
      let block = blocks[index]
      let others = idsOfBlock.filter { $0.key != index }.flatMap(\.value)
      let isElsewhere = try block.locate(traceIDs: others, statistics: statistics)
        .contains { !$0.isEmpty }
      // Only in blocks that are still written a trace lies in several rows.
      let ownIDs = block.isSorted ? [] : idsOfBlock[index] ?? []
      let isHereTwice = try block.locate(traceIDs: ownIDs, statistics: statistics)
        .contains { $0.count > 1 }
      if isElsewhere || isHereTwice { isRepeated.store(true, ordering: .relaxed) }
    }
    return !isRepeated.load(ordering: .relaxed)
  }
}
