import Columns
import Parquet
import Storage

/// Finds the trace IDs that stand in more than one row of a set of files.
///
/// Most IDs stand in one: a filter of bits, 16 for each trace, remembers where the hash of an ID
/// was met before. Only the few that meet there are sorted and compared.
struct RepeatedTraces {
  let sources: [ScanSource]
  let statistics: ReadStatistics

  /// A 16-byte ID as two big-endian words.
  struct TraceKey: Comparable {
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

  private struct Entry {
    var key: TraceKey
    var fragment: SharedTrace.Fragment
  }

  /// Bits, by hash.
  private struct HashFilter {
    private var words: [UInt64]
    private let shift: UInt64

    init(expecting count: Int) {
      let bits = max(6, Int.bitWidth - (count * 16).leadingZeroBitCount)
      words = [UInt64](repeating: 0, count: 1 << (bits - 6))
      shift = UInt64(64 - bits)
    }

    func contains(_ key: TraceKey) -> Bool {
      let bit = key.hash &>> shift
      return words[Int(bit &>> 6)] &>> (bit & 63) & 1 != 0
    }

    /// Whether the bit was set before.
    mutating func insert(_ key: TraceKey) -> Bool {
      let bit = key.hash &>> shift
      let mask: UInt64 = 1 &<< (bit & 63)
      let word = words[Int(bit &>> 6)]
      words[Int(bit &>> 6)] = word | mask
      return word & mask != 0
    }
  }

  /// The fragments of every repeated trace in the order of the sources; traces by ID.
  func groups() throws(StorageError) -> [[SharedTrace.Fragment]] {
    let count = sources.reduce(0) { $0 + $1.file.file.rowCount }
    var met = HashFilter(expecting: count)
    var metAgain = HashFilter(expecting: count)
    var isRepeated = false
    try forEachKey { key, _ in
      if met.insert(key) {
        _ = metAgain.insert(key)
        isRepeated = true
      }
    }
    guard isRepeated else { return [] }
    var entries: [Entry] = []
    try forEachKey { key, fragment in
      if metAgain.contains(key) { entries.append(Entry(key: key, fragment: fragment)) }
    }
    entries.sort { a, b in
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

  private func forEachKey(
    _ body: (TraceKey, SharedTrace.Fragment) -> Void
  ) throws(StorageError) {
    for (index, source) in sources.enumerated() {
      guard let leaf = source.file.schema.leaf(.traceID) else {
        throw StorageError.damaged(file: source.file.file.name, "has no trace IDs")
      }
      for (rowGroup, group) in source.file.file.rowGroups.enumerated() {
        let values: ColumnValues
        do {
          values = try source.file.file.column(leaf, rowGroup: rowGroup).readRequired(
            rows: RowRuns(0..<group.rowCount), expectedCount: group.rowCount,
            statistics: statistics)
        } catch { throw StorageError.parquet(error) }
        guard case .text(let ids) = values else {
          throw StorageError.damaged(file: source.file.file.name, "trace IDs are not bytes")
        }
        ids.forEachTraceKey { row, key in
          body(key, SharedTrace.Fragment(source: index, rowGroup: rowGroup, row: row))
        }
      }
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
  fileprivate func forEachTraceKey(_ body: (Int, RepeatedTraces.TraceKey) -> Void) {
    table.bytes.withUnsafeBytes { bytes in
      for (row, code) in codes.enumerated() {
        let range = table.range(of: Int(code))
        if range.count == 16 {
          let high = bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self)
          let low = bytes.loadUnaligned(fromByteOffset: range.lowerBound + 8, as: UInt64.self)
          body(row, RepeatedTraces.TraceKey(high: high.bigEndian, low: low.bigEndian))
          continue
        }
        var key = RepeatedTraces.TraceKey(high: 0, low: 0)
        for byte in bytes[range].suffix(16) {
          key.high = key.high << 8 | key.low >> 56
          key.low = key.low << 8 | UInt64(byte)
        }
        body(row, key)
      }
    }
  }
}
