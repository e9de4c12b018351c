import Parquet
import Storage
import Synchronization

/// Traces that a query found by looking at each of their fragments alone.
///
/// A query that speaks of single spans finds a trace if, and only if, it finds one of its
/// fragments. So it need not know beforehand which traces lie in several blocks, which takes
/// reading every ID: it looks those it has found up afterwards. If one of them does lie in several
/// places, or much of all there is was found, the query begins again with all that is to be known.
final class FoundFragments: Sendable {
  private struct State {
    var keysOfBlock: [Int: [TraceKey]] = [:]
    var count = 0
    var isOver = false
  }

  private let state = Mutex(State())

  /// So many are looked up in the other blocks, most of which their bloom filters rule out; for
  /// more, reading every ID is cheaper.
  private static let lookedUpMax = 2_048
  /// Of more traces than that, one in so many may be found.
  private static let shareMax = 16

  /// Whether so much was found that it is better to begin again at once.
  var isOver: Bool { state.withLock { $0.isOver } }

  /// Notes IDs of a block, after `lookedAt` traces of all blocks together.
  func note(_ traceIDs: [[UInt8]], block: Int, lookedAt: Int) {
    let keys = traceIDs.compactMap(TraceKey.init)
    state.withLock { state in
      state.count += traceIDs.count
      if keys.count < traceIDs.count
        || state.count > max(Self.lookedUpMax, lookedAt / Self.shareMax)
      {
        state.isOver = true
      } else {
        state.keysOfBlock[block, default: []] += keys
      }
    }
  }

  /// Whether each trace that was found lies in one place. `all`: the traces that do not, if it must
  /// come to that.
  func areWhole(
    in blocks: [Block], _ threadCount: Int, _ statistics: ReadStatistics,
    all: () async throws(StorageError) -> SharedTraces
  ) async throws(StorageError) -> Bool {
    let (keysOfBlock, isOver) = state.withLock { ($0.keysOfBlock, $0.isOver) }
    if isOver { return false }
    let found = keysOfBlock.values.flatMap(\.self).sorted()
    if found.isEmpty { return true }
    if zip(found, found.dropFirst()).contains(where: ==) { return false }
    if found.count > Self.lookedUpMax {
      let repeated = try await all().repeated
      return !found.contains { repeated.place(of: $0) != nil }
    }
    let isRepeated = Atomic(false)
    try await WorkQueue.forEach(blocks.count, threadCount) { index throws(StorageError) in
      if isRepeated.load(ordering: .relaxed) { return }
      let block = blocks[index]
      let others = keysOfBlock.filter { $0.key != index }.flatMap { $0.value.map(\.bytes) }
      let isElsewhere = try block.locate(traceIDs: others, statistics: statistics)
        .contains { !$0.isEmpty }
      // Only in blocks that are still written a trace lies in several rows.
      let ownIDs = block.isSorted ? [] : (keysOfBlock[index] ?? []).map(\.bytes)
      let isHereTwice = try block.locate(traceIDs: ownIDs, statistics: statistics)
        .contains { $0.count > 1 }
      if isElsewhere || isHereTwice { isRepeated.store(true, ordering: .relaxed) }
    }
    return !isRepeated.load(ordering: .relaxed)
  }
}
