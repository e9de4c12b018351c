import Columns
import Parquet
import Spans
import Storage
import Synchronization

/// The traces of several blocks in one order, a table at a time: all parts of a trace are in one
/// table, the part of the first block in front. Memory is bounded, whatever the blocks' size.
final class TraceMerge: Sendable {
  private struct State {
    var cursors: [BlockCursor]
    var spanCount = 0
  }

  private let state: Mutex<State>
  private let redaction: Redaction?
  /// A table is handed out when it takes this much memory.
  private let tableBytesMax: Int
  /// Spans decoded from all blocks at a time: about as many as make a table.
  private var spansAtOnce: Int { min(48_000, max(1, tableBytesMax / Self.spanBytes)) }
  private static let spanBytes = 400

  init(
    _ blocks: [Block], skipping: [Set<Int>] = [], redaction: Redaction?, tableBytesMax: Int,
    statistics: ReadStatistics
  ) throws(StorageError) {
    let cache = BoundedCache(capacityBytes: 8 << 20)
    var cursors: [BlockCursor] = []
    for (number, block) in blocks.enumerated() {
      for file in try block.files() {
        cursors.append(
          try BlockCursor(
            file, skipping: skipping.isEmpty ? [] : skipping[number], cache: cache,
            statistics: statistics))
      }
    }
    state = Mutex(State(cursors: cursors))
    self.redaction = redaction
    self.tableBytesMax = tableBytesMax
  }

  /// Spans read so far, copies included.
  var spanCount: Int { state.withLock { $0.spanCount } }

  /// The next traces; nil at the end.
  func next() throws(StorageError) -> SpanTable? {
    try state.withLock { state throws(StorageError) in
      var table = SpanTable()
      while table.spanCount == 0 || table.memoryBytes < tableBytesMax {  // ends with the blocks
        let active = state.cursors.indices.filter { !state.cursors[$0].isAtEnd }
        if active.isEmpty { break }
        let share = max(1, spansAtOnce / active.count)
        let bounds = active.map { cursor in
          state.cursors[cursor].lastID(within: state.cursors[cursor].rows(holding: share))
        }
        guard let bound = bounds.min() else { break }
        for cursor in active {
          try state.cursors[cursor].take(through: bound, into: &table, redaction)
        }
      }
      state.spanCount += table.spanCount
      return table.spanCount > 0 ? table : nil
    }
  }
}
