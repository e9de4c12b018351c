import Columns
import Parquet
import Storage

/// A trace that lies in several places; fragments in the order of the sources.
struct SharedTrace: Sendable {
  struct Fragment: Sendable {
    var source: Int
    var rowGroup: Int
    var row: Int
  }

  var fragments: [Fragment]
}

/// Which traces lie in more than one place, found by merging the trace-ID columns.
///
/// Blocks are sorted by trace ID, so this reads 16 bytes a trace and compares them once.
struct SharedTraces: Sendable {
  var traces: [SharedTrace] = []
  /// Rows that are fragments of shared traces, by source and row group.
  private(set) var rows: [Int: [Int: Bitmap]] = [:]

  /// A 16-byte ID as two big-endian words.
  struct TraceKey: Comparable {
    var high: UInt64
    var low: UInt64

    static func < (a: TraceKey, b: TraceKey) -> Bool {
      a.high != b.high ? a.high < b.high : a.low < b.low
    }
  }

  private struct Entry {
    var key: TraceKey
    var fragment: SharedTrace.Fragment
  }

  /// `mayMerge` says whether fragments in two sources belong together at all.
  init(
    _ sources: [ScanSource], statistics: ReadStatistics, mayMerge: (Int, Int) -> Bool
  ) throws(StorageError) {
    guard sources.indices.contains(where: { a in
      sources.indices.contains { b in mayMerge(a, b) && (a != b || !sources[a].isSorted) }
    }) else { return }
    var runs: [[Entry]] = []
    for (index, source) in sources.enumerated() {
      runs.append(try Self.entries(index, source, statistics))
    }
    var group: [Entry] = []
    Self.merge(runs) { entry in
      if let first = group.first, first.key != entry.key {
        close(&group, sources, mayMerge)
      }
      group.append(entry)
    }
    close(&group, sources, mayMerge)
  }

  /// Fragments of one ID, in source order, become shared traces where they may merge.
  private mutating func close(
    _ group: inout [Entry], _ sources: [ScanSource], _ mayMerge: (Int, Int) -> Bool
  ) {
    defer { group.removeAll(keepingCapacity: true) }
    guard group.count > 1 else { return }
    var rest = group.map(\.fragment).sorted {
      ($0.source, $0.rowGroup, $0.row) < ($1.source, $1.rowGroup, $1.row)
    }
    while let first = rest.first {
      let together = rest.filter { mayMerge(first.source, $0.source) }
      rest.removeAll { mayMerge(first.source, $0.source) }
      guard together.count > 1 else { continue }
      traces.append(SharedTrace(fragments: together))
      for fragment in together {
        let count = sources[fragment.source].file.file.rowGroups[fragment.rowGroup].rowCount
        rows[fragment.source, default: [:]][fragment.rowGroup, default: Bitmap(count: count)][
          fragment.row] = true
      }
    }
  }

  /// The shared rows of a run of rows, numbered from the start of the run; nil when there are none.
  func rows(source: Int, rowGroup: Int, in range: Range<Int>) -> Bitmap? {
    guard let all = rows[source]?[rowGroup] else { return nil }
    var result = Bitmap(count: range.count)
    for row in all.indices(in: range) { result[Int(row) - range.lowerBound] = true }
    return result
  }

  // MARK: Reading and merging

  private static func entries(
    _ index: Int, _ source: ScanSource, _ statistics: ReadStatistics
  ) throws(StorageError) -> [Entry] {
    guard let leaf = source.file.schema.leaf(.traceID) else {
      throw StorageError.damaged(file: source.file.file.name, "has no trace IDs")
    }
    var entries: [Entry] = []
    for (rowGroup, group) in source.file.file.rowGroups.enumerated() {
      let values: ColumnValues
      do {
        values = try source.file.file.column(leaf, rowGroup: rowGroup).readRequired(
          rows: RowRuns(0..<group.rowCount), expectedCount: group.rowCount, statistics: statistics)
      } catch { throw StorageError(error) }
      guard case .text(let ids) = values else {
        throw StorageError.damaged(file: source.file.file.name, "trace IDs are not bytes")
      }
      for (row, key) in ids.traceKeys().enumerated() {
        entries.append(
          Entry(
            key: key,
            fragment: SharedTrace.Fragment(source: index, rowGroup: rowGroup, row: row)))
      }
    }
    let isSorted = zip(entries, entries.dropFirst()).allSatisfy { $0.key <= $1.key }
    if !isSorted { entries.sort { $0.key < $1.key } }
    return entries
  }

  /// Hands out the entries of sorted runs in ascending order of keys.
  private static func merge(_ runs: [[Entry]], _ emit: (Entry) -> Void) {
    var heap: [(key: TraceKey, run: Int)] = []
    var positions = [Int](repeating: 0, count: runs.count)
    func sift(_ start: Int) {
      var parent = start
      while true {  // bounded by the height of the heap
        var smallest = parent
        for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
          if (heap[child].key, heap[child].run) < (heap[smallest].key, heap[smallest].run) {
            smallest = child
          }
        }
        if smallest == parent { return }
        heap.swapAt(parent, smallest)
        parent = smallest
      }
    }
    for (run, entries) in runs.enumerated() where !entries.isEmpty {
      heap.append((entries[0].key, run))
    }
    heap.sort { ($0.key, $0.run) < ($1.key, $1.run) }
    while let top = heap.first {
      emit(runs[top.run][positions[top.run]])
      positions[top.run] += 1
      if positions[top.run] < runs[top.run].count {
        heap[0].key = runs[top.run][positions[top.run]].key
      } else {
        heap[0] = heap[heap.count - 1]
        heap.removeLast()
      }
      sift(0)
    }
  }
}

extension ScanSource {
  /// Rows in ascending order of trace IDs, each once.
  var isSorted: Bool { !file.isWriteAhead }
}

extension TextColumn {
  /// Trace IDs as words; shorter ones are padded with zeros in front.
  func traceKeys() -> [SharedTraces.TraceKey] {
    table.bytes.withUnsafeBufferPointer { bytes in
      codes.map { code in
        var high: UInt64 = 0
        var low: UInt64 = 0
        for byte in bytes[table.range(of: Int(code))].suffix(16) {
          high = high << 8 | low >> 56
          low = low << 8 | UInt64(byte)
        }
        return SharedTraces.TraceKey(high: high, low: low)
      }
    }
  }
}
