import Columns
import Parquet
import Spans
import Storage

/// A block that is read in the order of its trace IDs, some rows at a time.
struct BlockCursor {
  private let file: BlockFile
  private let statistics: ReadStatistics
  private let cache: BoundedCache
  /// Row groups that are not read.
  private let skipped: Set<Int>
  private var rowGroup = -1
  private var row = 0
  /// Of the current row group.
  private var ids: [TraceID] = []
  private var last: TraceID?

  /// Stands before the first trace.
  init(
    _ file: BlockFile, skipping skipped: Set<Int>, cache: BoundedCache,
    statistics: ReadStatistics
  ) throws(StorageError) {
    self.file = file
    self.skipped = skipped
    self.cache = cache
    self.statistics = statistics
    try advance()
  }

  var isAtEnd: Bool { rowGroup >= file.file.rowGroups.count }

  /// The last ID among the next `count` rows, fewer at the end of the row group.
  func lastID(within count: Int) -> TraceID { ids[min(row + count, ids.count) - 1] }

  /// Rows that hold about `spans` spans.
  func rows(holding spans: Int) -> Int {
    guard let leaf = file.schema.leaf(.spanID), !isAtEnd else { return 1 }
    let count = file.file.column(leaf, rowGroup: rowGroup).chunk.valueCount
    return max(1, spans * max(1, ids.count) / max(1, count))
  }

  /// Appends the traces up to `bound` that lie in the current row group.
  mutating func take(
    through bound: TraceID, into table: inout SpanTable, _ redaction: Redaction?
  ) throws(StorageError) {
    var end = row
    while end < ids.count, !(bound < ids[end]) { end += 1 }
    var rows = RowRuns()
    if let redaction {
      for place in row..<end where !redaction.hides(ids[place]) { rows.append(place..<place + 1) }
    } else {
      rows.append(row..<end)
    }
    if !rows.isEmpty {
      let reader = PieceReader(
        file, rowGroup: rowGroup, rows: rows, cache: cache, statistics: statistics)
      try reader.append(to: &table, redaction)
    }
    row = end
    if row == ids.count { try advance() }
  }

  /// To the first row of the next row group that has rows.
  private mutating func advance() throws(StorageError) {
    repeat {
      rowGroup += 1
      row = 0
      ids = []
      if isAtEnd { return }
      if !skipped.contains(rowGroup) { ids = try traceIDs() }
    } while ids.isEmpty
  }

  private mutating func traceIDs() throws(StorageError) -> [TraceID] {
    let ids = try file.traceIDs(rowGroup: rowGroup, statistics: statistics)
    for id in ids {
      if let last, !(last < id) {
        throw .damaged(file: file.file.name, "traces are not in the order of their IDs")
      }
      last = id
    }
    return ids
  }
}
