import Parquet
import Storage
import Synchronization

/// Traces that a query found by looking at each of their fragments alone.
///
/// A query that speaks of single spans finds a trace if, and only if, it finds one of its
/// fragments. So it need not know beforehand which traces lie in several blocks, which takes
/// reading every ID: it looks those it has found up afterwards. Those that do lie in several places
/// are put together, and the query begins again; if much of all there is was found, it begins again
/// with all that is to be known.
final class FoundFragments: Sendable {
  private struct State {
    var keysOfBlock: [Int: [TraceKey]] = [:]
    var count = 0
    var isOver = false
  }

  private let state = Mutex(State())
  /// Those of which it is known where they lie.
  private let known: Set<TraceKey>

  init(besides known: Set<TraceKey>) { self.known = known }

  /// So many are looked up in the other blocks, most of which their bloom filters rule out; for
  /// more, reading every ID is cheaper.
  private static let lookedUpMax = 2_048
  /// Of more traces than that, one in so many may be found.
  private static let shareMax = 16

  /// Of fragments outside the time range it is found out as well whether they match, as the rest of
  /// their traces may lie inside: no more than one trace in so many may be outside.
  private static let outsideShareMax = 4

  /// Whether looking at fragments alone is the cheaper way in that time range.
  static func pays(_ sources: [ScanSource], in range: ClosedRange<UInt64>?) -> Bool {
    guard let range else { return true }
    var (outside, all) = (0, 0)
    for source in sources {
      for rowGroup in source.rowGroups {
        let count = source.file.file.rowGroups[rowGroup].rowCount
        all += count
        if !source.isInside(range, rowGroup: rowGroup) { outside += count }
      }
    }
    return outside <= all / outsideShareMax
  }

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

  /// The traces found that lie in several places, with these; nil if that is to be known of all
  /// traces there are. `all` finds it out.
  func inSeveralPlaces(
    _ blocks: [Block], _ sources: [ScanSource], _ threadCount: Int, _ statistics: ReadStatistics,
    all: () async throws(StorageError) -> SharedTraces
  ) async throws(StorageError) -> [RepeatedTraces.Group]? {
    let (keysOfBlock, isOver) = state.withLock { ($0.keysOfBlock, $0.isOver) }
    if isOver { return nil }
    var blockOfKey: [TraceKey: Int] = [:]
    var repeated: Set<TraceKey> = []
    for (block, keys) in keysOfBlock {
      for key in keys where !known.contains(key) {
        if blockOfKey.updateValue(block, forKey: key) != nil { repeated.insert(key) }
      }
    }
    if blockOfKey.isEmpty { return [] }
    if blockOfKey.count > Self.lookedUpMax {
      let repeated = try await all().repeated
      return blockOfKey.keys.contains { repeated.place(of: $0) != nil } ? nil : []
    }
    let candidates = blockOfKey.filter { !repeated.contains($0.key) }
    repeated.formUnion(
      try await elsewhere(candidates, blocks, threadCount, statistics))
    if repeated.isEmpty { return [] }
    return try await places(of: repeated.sorted(), blocks, sources, threadCount, statistics)
  }

  /// Those of the keys that lie in other blocks than the one they were found in too, or there in
  /// several rows.
  private func elsewhere(
    _ blockOfKey: [TraceKey: Int], _ blocks: [Block], _ threadCount: Int,
    _ statistics: ReadStatistics
  ) async throws(StorageError) -> Set<TraceKey> {
    let found = Mutex<Set<TraceKey>>([])
    let traces = blockOfKey.map { (key: $0.key, block: $0.value, id: $0.key.bytes) }
    try await WorkQueue.forEach(blocks.count, threadCount) { index throws(StorageError) in
      // Only in blocks that are still written a trace lies in several rows.
      let isSorted = blocks[index].isSorted
      let asked = traces.filter { $0.block != index || !isSorted }
      let locations = try blocks[index].locate(traceIDs: asked.map(\.id), statistics: statistics)
      for (trace, places) in zip(asked, locations)
      where places.count > (trace.block == index ? 1 : 0) {
        found.withLock { _ = $0.insert(trace.key) }
      }
    }
    return found.withLock { $0 }
  }

  /// Every place of some traces.
  private func places(
    of keys: [TraceKey], _ blocks: [Block], _ sources: [ScanSource], _ threadCount: Int,
    _ statistics: ReadStatistics
  ) async throws(StorageError) -> [RepeatedTraces.Group] {
    let ids = keys.map(\.bytes)
    let found = Mutex([[[TraceLocation]]](repeating: [], count: blocks.count))
    try await WorkQueue.forEach(blocks.count, threadCount) { index throws(StorageError) in
      let locations = try blocks[index].locate(traceIDs: ids, statistics: statistics)
      found.withLock { $0[index] = locations }
    }
    let locations = found.withLock { $0 }
    var groups = keys.map { RepeatedTraces.Group(key: $0, fragments: []) }
    var fileOfBlock: [Int: Int] = [:]
    for (number, source) in sources.enumerated() {
      let file = fileOfBlock[source.block, default: 0]
      fileOfBlock[source.block] = file + 1
      for (trace, places) in locations[source.block].enumerated() {
        groups[trace].fragments += places.filter { $0.file == file }
          .sorted { ($0.rowGroup, $0.row) < ($1.rowGroup, $1.row) }
          .map { SharedTrace.Fragment(source: number, rowGroup: $0.rowGroup, row: $0.row) }
      }
    }
    return groups
  }
}
