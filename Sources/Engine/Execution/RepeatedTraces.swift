import Columns
import Parquet
import Storage
import Synchronization

/// Finds the trace IDs that stand in more than one row of a set of files.
///
/// Most IDs stand in one: a filter of bits, 16 for each trace, remembers where the hash of an ID
/// was met before. Only the few that meet there are sorted and compared.
struct RepeatedTraces: Sendable {
  let sources: [ScanSource]
  let statistics: ReadStatistics

  /// A 16-byte ID as two big-endian words.
  struct TraceKey: Comparable, Sendable {
    var high: UInt64
    var low: UInt64

    static func < (a: TraceKey, b: TraceKey) -> Bool {
      a.high != b.high ? a.high < b.high : a.low < b.low
    }

    /// Parts of random IDs are random enough, but nobody promises that IDs are random.
    fileprivate var hash: UInt64 {
      let mixed = (low ^ (high &>> 32 | high &<< 32)) &* 0x9E37_79B9_7F4A_7C15
      return (mixed ^ mixed &>> 32) &* 0xBF58_476D_1CE4_E5B9
    }
  }

  private struct Entry: Sendable {
    var key: TraceKey
    var fragment: SharedTrace.Fragment
  }

  /// Which hashes were met once, and which more often.
  private struct HashFilter: Sendable {
    private var met: [UInt64]
    private var metAgain: [UInt64]
    private let shift: UInt64

    init(expecting count: Int) {
      let bits = max(6, Int.bitWidth - (count * 16).leadingZeroBitCount)
      met = [UInt64](repeating: 0, count: 1 << (bits - 6))
      metAgain = met
      shift = UInt64(64 - bits)
    }

    @inline(__always)
    mutating func insert(_ key: TraceKey) {
      let bit = key.hash &>> shift
      let mask: UInt64 = 1 &<< (bit & 63)
      let word = Int(truncatingIfNeeded: bit &>> 6)
      let known = met[word]
      met[word] = known | mask
      if known & mask != 0 { metAgain[word] |= mask }
    }

    @inline(__always)
    func isMetAgain(_ key: TraceKey) -> Bool {
      let bit = key.hash &>> shift
      return metAgain[Int(truncatingIfNeeded: bit &>> 6)] &>> (bit & 63) & 1 != 0
    }

    /// Adds what another filter of the same size has met.
    mutating func formUnion(_ other: HashFilter) {
      for word in met.indices {
        metAgain[word] |= other.metAgain[word] | (met[word] & other.met[word])
        met[word] |= other.met[word]
      }
    }

    var isEmpty: Bool { metAgain.allSatisfy { $0 == 0 } }
  }

  /// The fragments of every repeated trace in the order of the sources; traces by ID.
  func groups(threadCount: Int) async throws(StorageError) -> [[SharedTrace.Fragment]] {
    let count = sources.reduce(0) { $0 + $1.file.file.rowCount }
    // Two bits for each of 16 places a trace, in a filter of every worker and the one of all.
    // Footers say how many traces there are; nothing else has borne them out yet.
    let filterBytes = count * 4 * 2 * (threadCount + 1)
    guard statistics.takeMemory(filterBytes) else {
      throw .tooMuchMemory(
        "memory limit of \(statistics.memoryBytesMax ?? 0) bytes reached by \(count) trace IDs")
    }
    defer { statistics.giveMemory(filterBytes) }
    let all = Mutex<HashFilter?>(nil)
    // One filter a worker: it is as large for one source as for all.
    let workers = max(1, min(threadCount, sources.count))
    try await WorkQueue.forEach(workers, workers) { worker throws(StorageError) in
      var filter = HashFilter(expecting: count)
      for index in stride(from: worker, to: sources.count, by: workers) {
        try forEachKey(of: index) { key, _, _ in filter.insert(key) }
      }
      all.withLock {
        if $0 == nil { $0 = filter } else { $0?.formUnion(filter) }
      }
    }
    guard let filter = all.withLock({ $0 }), !filter.isEmpty else { return [] }
    let found = Mutex<[Entry]>([])
    try await WorkQueue.forEach(sources.count, threadCount) { index throws(StorageError) in
      var entries: [Entry] = []
      try forEachKey(of: index) { key, rowGroup, row in
        guard filter.isMetAgain(key) else { return }
        entries.append(
          Entry(
            key: key,
            fragment: SharedTrace.Fragment(source: index, rowGroup: rowGroup, row: row)))
      }
      found.withLock { $0 += entries }
    }
    return Self.grouped(found.withLock { $0 })
  }

  private static func grouped(_ entries: [Entry]) -> [[SharedTrace.Fragment]] {
    let entries = entries.sorted { a, b in
      a.key != b.key ? a.key < b.key : a.fragment.precedes(b.fragment)
    }
    var result: [[SharedTrace.Fragment]] = []
    var start = 0
    for end in 1..<max(1, entries.count + 1) {
      if end < entries.count, entries[end].key == entries[start].key { continue }
      if end - start > 1 { result.append(entries[start..<end].map(\.fragment)) }
      start = end
    }
    return result
  }

  /// Calls `body` with the key, row group and row of every trace of a source.
  @inline(__always)
  private func forEachKey(
    of index: Int, _ body: (TraceKey, Int, Int) -> Void
  ) throws(StorageError) {
    let file = sources[index].file
    guard let leaf = file.schema.leaf(.traceID) else {
      throw StorageError.damaged(file: file.file.name, "has no trace IDs")
    }
    let statistics = statistics.part()
    for rowGroup in sources[index].rowGroups {
      let group = file.file.rowGroups[rowGroup]
      let values: ColumnValues
      do {
        values = try file.file.column(leaf, rowGroup: rowGroup).readRequired(
          rows: RowRuns(0..<group.rowCount), expectedCount: group.rowCount,
          statistics: statistics)
      } catch { throw StorageError.parquet(error) }
      guard case .text(let ids) = values else {
        throw StorageError.damaged(file: file.file.name, "trace IDs are not bytes")
      }
      ids.forEachTraceKey { row, key in body(key, rowGroup, row) }
    }
  }
}

extension SharedTrace.Fragment {
  fileprivate func precedes(_ other: SharedTrace.Fragment) -> Bool {
    (source, rowGroup, row) < (other.source, other.rowGroup, other.row)
  }
}

extension TextColumn {
  /// Trace IDs as words; shorter ones are padded with zeros in front.
  @inline(__always)
  fileprivate func forEachTraceKey(_ body: (Int, RepeatedTraces.TraceKey) -> Void) {
    table.bytes.withUnsafeBytes { bytes in
      table.offsets.withUnsafeBufferPointer { offsets in
        for (row, code) in codes.enumerated() {
          let start = Int(offsets[Int(code)])
          let count = Int(offsets[Int(code) + 1]) - start
          guard count != 16 else {
            let high = bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
            let low = bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self)
            body(row, RepeatedTraces.TraceKey(high: high.bigEndian, low: low.bigEndian))
            continue
          }
          var key = RepeatedTraces.TraceKey(high: 0, low: 0)
          for byte in bytes[start..<start + count].suffix(16) {
            key.high = key.high << 8 | key.low >> 56
            key.low = key.low << 8 | UInt64(byte)
          }
          body(row, key)
        }
      }
    }
  }
}
