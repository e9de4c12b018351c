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
  /// Further fragments are evaluated on their own (fragment scope); results are merged at the end.
  var isLoose: Bool
}

/// Which traces lie in more than one place, found by merging the trace-ID columns.
///
/// Blocks are sorted by trace ID, so this reads 16 bytes a trace and compares them once.
struct SharedTraces: Sendable {
  /// Traces to put together before they are evaluated.
  private(set) var traces: [SharedTrace] = []
  /// Rows that those traces replace, by source and row group.
  private var mergedRows = RowMarks()
  /// Rows that are fragments of a trace of which other fragments are evaluated on their own.
  private var looseRows = RowMarks()

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

  /// Marked rows of many row groups.
  private struct RowMarks {
    private var marks: [Int: [Int: Bitmap]] = [:]

    mutating func insert(_ fragment: SharedTrace.Fragment, _ sources: [ScanSource]) {
      let count = sources[fragment.source].file.file.rowGroups[fragment.rowGroup].rowCount
      marks[fragment.source, default: [:]][fragment.rowGroup, default: Bitmap(count: count)][
        fragment.row] = true
    }

    /// Numbered from the start of `range`; nil when there are none in this row group.
    func rows(_ source: Int, _ rowGroup: Int, in range: Range<Int>) -> Bitmap? {
      guard let all = marks[source]?[rowGroup] else { return nil }
      var result = Bitmap(count: range.count)
      for row in all.indices(in: range) { result[Int(row) - range.lowerBound] = true }
      return result
    }
  }

  private struct Known: Sendable {
    var serials: [Int]
    var rowGroups: [[Int]]
    var shared: SharedTraces
  }

  /// The shared traces of these files, from the cache if the same files were asked for before.
  static func cached(
    _ sources: [ScanSource], scope: QueryOptions.TraceScope, statistics: ReadStatistics,
    cache: BoundedCache
  ) throws(StorageError) -> SharedTraces {
    guard sources.count > 1 || sources.contains(where: { !$0.isSorted }) else {
      return SharedTraces()
    }
    let serials = sources.map(\.file.file.serial)
    let key = BoundedCache.Key(
      file: serials[0], rowGroup: sources.count, column: scope == .wholeTrace ? 0 : 1,
      aspect: .sharedTraces)
    let rowGroups = sources.map(\.rowGroups)
    if let known = cache.value(key, as: Known.self), known.serials == serials,
      known.rowGroups == rowGroups
    {
      return known.shared
    }
    let shared = try SharedTraces(sources, scope, statistics, cache)
    cache.store(
      Known(serials: serials, rowGroups: rowGroups, shared: shared), for: key,
      costBytes: shared.traces.count * 128 + sources.reduce(0) { $0 + $1.file.file.rowCount / 4 })
    return shared
  }

  init() {}

  private init(
    _ sources: [ScanSource], _ scope: QueryOptions.TraceScope, _ statistics: ReadStatistics,
    _ cache: BoundedCache
  ) throws(StorageError) {
    var runs: [[Entry]] = []
    for (index, source) in sources.enumerated() {
      runs.append(try Self.entries(index, source, statistics))
    }
    var group: [Entry] = []
    Self.merge(runs) { entry in
      if let first = group.first, first.key != entry.key { close(&group, sources, scope) }
      group.append(entry)
    }
    close(&group, sources, scope)
    try dropReplicas(
      ReplicaFinder(sources: sources, cache: cache, statistics: statistics), sources)
  }

  /// Leaves out fragments that repeat their trace's first; a trace of which only that is left is no
  /// longer shared.
  private mutating func dropReplicas(
    _ finder: ReplicaFinder, _ sources: [ScanSource]
  ) throws(StorageError) {
    let replicas = try finder.replicas(traces)
    var kept: [SharedTrace] = []
    for (trace, isReplica) in zip(traces, replicas) {
      let fragments = zip(trace.fragments, isReplica).filter { !$1 }.map(\.0)
      if fragments.count > 1 {
        kept.append(SharedTrace(fragments: fragments, isLoose: trace.isLoose))
        for fragment in trace.fragments { mergedRows.insert(fragment, sources) }
      } else {
        // Only the first row is evaluated, where it lies.
        for fragment in trace.fragments.dropFirst() { mergedRows.insert(fragment, sources) }
        if trace.isLoose { looseRows.insert(trace.fragments[0], sources) }
      }
    }
    traces = kept
  }

  /// Fragments of one trace, in source order. In fragment scope each block's are put together
  /// alone.
  private mutating func close(
    _ group: inout [Entry], _ sources: [ScanSource], _ scope: QueryOptions.TraceScope
  ) {
    defer { group.removeAll(keepingCapacity: true) }
    guard group.count > 1 else { return }
    let fragments = group.map(\.fragment).sorted {
      ($0.source, $0.rowGroup, $0.row) < ($1.source, $1.rowGroup, $1.row)
    }
    var parts = [fragments]
    if scope == .fragment {
      let byBlock = Dictionary(grouping: fragments) { sources[$0.source].block }
      parts = byBlock.sorted { $0.key < $1.key }.map(\.value)
    }
    let isLoose = parts.count > 1
    for part in parts {
      if part.count == 1 {
        looseRows.insert(part[0], sources)
      } else {
        traces.append(SharedTrace(fragments: part, isLoose: isLoose))
      }
    }
  }

  /// Rows of a run that are evaluated as parts of merged traces; nil: none.
  func mergedRows(_ source: Int, _ rowGroup: Int, in range: Range<Int>) -> Bitmap? {
    mergedRows.rows(source, rowGroup, in: range)
  }

  /// Rows of a run whose results are merged with those of other fragments; nil: none.
  func looseRows(_ source: Int, _ rowGroup: Int, in range: Range<Int>) -> Bitmap? {
    looseRows.rows(source, rowGroup, in: range)
  }

  // MARK: Reading and merging

  private static func entries(
    _ index: Int, _ source: ScanSource, _ statistics: ReadStatistics
  ) throws(StorageError) -> [Entry] {
    guard let leaf = source.file.schema.leaf(.traceID) else {
      throw StorageError.damaged(file: source.file.file.name, "has no trace IDs")
    }
    var entries: [Entry] = []
    let statistics = statistics.part()
    for rowGroup in source.rowGroups {
      let group = source.file.file.rowGroups[rowGroup]
      let values: ColumnValues
      do {
        values = try source.file.file.column(leaf, rowGroup: rowGroup).readRequired(
          rows: RowRuns(0..<group.rowCount), expectedCount: group.rowCount, statistics: statistics)
      } catch { throw StorageError.parquet(error) }
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
