import Columns
package import Parquet
import Synchronization

// Finding traces by ID: bloom filter, row group, page, row; each step reads as little as it can.

// MARK: Bloom filter

extension Block {
  /// A shard with room for 200 million traces; a larger one is not read.
  private static let bloomByteCountMax = 256 << 20

  /// Whether the block may hold the trace: its bloom filter's word, or true where there is none.
  ///
  /// A filter that is damaged rules nothing out; it is noted in `warnings`. IDs have 16 bytes.
  package func mayContain(traceID: [UInt8]) throws(StorageError) -> Bool {
    guard let shard = bloomShard(of: traceID) else { return true }
    let name = Self.bloomName(shard)
    return try Self.unlessDamaged(warn) { () throws(StorageError) in
      try BloomFilter.mayContain(
        traceID, source: place.store.passingSource(of: place.key(name)),
        file: place.location(name))
    } ?? true
  }

  /// The same, keeping the shards that were read.
  private func mayContain(
    _ traceID: [UInt8], shards: inout [Int: BloomFilter?]
  ) throws(StorageError) -> Bool {
    guard let shard = bloomShard(of: traceID) else { return true }
    if shards[shard] == nil {
      let name = Self.bloomName(shard)
      shards[shard] = .some(
        try Self.unlessDamaged(warn) { () throws(StorageError) in
          try BloomFilter(
            place.store.read(place.key(name), byteCountMax: Self.bloomByteCountMax),
            file: place.location(name))
        })
    }
    return shards[shard]??.mayContain(traceID) ?? true
  }

  private static func bloomName(_ shard: Int) -> String { "bloom-\(shard)" }

  /// The number of the object that knows the trace; nil for a block without a filter.
  private func bloomShard(of traceID: [UInt8]) -> Int? {
    precondition(traceID.count == 16, "trace IDs are padded to 16 bytes before they are looked up")
    guard isSorted, metadata.bloomShardCount > 0 else { return nil }
    return BloomFilter.shard(of: traceID, count: metadata.bloomShardCount)
  }

  /// What `read` gives, or nil if the filter is missing or, with a warning, damaged.
  private static func unlessDamaged<Value>(
    _ warn: (String) -> Void, _ read: () throws(StorageError) -> Value
  ) throws(StorageError) -> Value? {
    do throws(StorageError) {
      return try read()
    } catch {
      switch error {
      case .missing: return nil
      case .damaged:
        warn("\(error); searched without it")
        return nil
      default: throw error
      }
    }
  }
}

// MARK: Rows

extension Block {
  /// Where the trace lies: at most one place in a sorted block, any number in a write-ahead
  /// folder. Empty if it is not there. IDs have 16 bytes.
  package func locate(
    traceID: [UInt8], statistics: ReadStatistics = ReadStatistics()
  ) throws(StorageError) -> [TraceLocation] {
    guard try mayContain(traceID: traceID) else { return [] }
    return try locate(filtered: TraceIDSet([traceID]), count: 1, statistics: statistics)[0]
  }

  /// The same for many traces at once, in their order: each page of IDs is read once.
  package func locate(
    traceIDs: [[UInt8]], statistics: ReadStatistics = ReadStatistics()
  ) throws(StorageError) -> [[TraceLocation]] {
    var mayHold: [Bool] = []
    var shards: [Int: BloomFilter?] = [:]
    for traceID in traceIDs { mayHold.append(try mayContain(traceID, shards: &shards)) }
    let wanted = TraceIDSet(traceIDs) { mayHold[$0] }
    return try locate(filtered: wanted, count: traceIDs.count, statistics: statistics)
  }

  private func locate(
    filtered wanted: TraceIDSet, count: Int, statistics: ReadStatistics
  ) throws(StorageError) -> [[TraceLocation]] {
    var found = [[TraceLocation]](repeating: [], count: count)
    guard !wanted.isEmpty else { return found }
    for (number, file) in try files().enumerated() {
      do throws(ParquetError) {
        for rowGroup in candidates(in: file, for: wanted) {
          try search(
            file, rowGroup, for: wanted, statistics: statistics
          ) { position, row in
            found[position].append(TraceLocation(file: number, rowGroup: rowGroup, row: row))
          }
        }
      } catch {
        throw .parquet(error)
      }
    }
    return found
  }

  /// Row groups that can hold a wanted ID: by the chunks' bounds in the footer, or where these are
  /// not stored, by the object `index`.
  private func candidates(in file: BlockFile, for wanted: TraceIDSet) -> [Int] {
    let column = traceIDColumn(of: file)
    let groups = file.file.rowGroups.indices
    let bounds = groups.map { file.file.column(column, rowGroup: $0).bounds }
    var byIndex: Set<Int>?
    if bounds.contains(where: { $0 == nil }), let index = rowGroupIndex(count: groups.count) {
      byIndex = wanted.rowGroups(in: index)
    }
    return groups.filter { group in
      if case .bytes(let minimum, let maximum) = bounds[group] {
        return wanted.reaches(into: minimum, maximum)
      }
      return byIndex?.contains(group) ?? true
    }
  }

  /// Reads the pages of IDs that can hold a wanted one and reports those found: position, row.
  private func search(
    _ file: BlockFile, _ rowGroup: Int, for wanted: TraceIDSet, statistics: ReadStatistics,
    found: (Int, Int) -> Void
  ) throws(ParquetError) {
    let column = file.file.column(traceIDColumn(of: file), rowGroup: rowGroup)
    let index = try column.pages()
    var rows = RowRuns()
    for (i, page) in index.pages.enumerated() {
      if i < index.bounds.count, case .bytes(let minimum, let maximum) = index.bounds[i],
        !wanted.reaches(into: minimum, maximum)
      {
        continue
      }
      rows.append(page.firstRow..<page.firstRow + page.rowCount)
    }
    guard !rows.isEmpty else { return }
    let values = try column.readRequired(
      rows: rows, expectedCount: rows.count, statistics: statistics)
    guard case .text(let ids) = values else { return }
    let hits = wanted.hits(in: ids)
    if hits.isEmpty { return }
    let rowNumbers = rows.rows()
    for (value, position) in hits { found(position, rowNumbers[value]) }
  }

  private func traceIDColumn(of file: BlockFile) -> Leaf {
    guard let leaf = file.schema.leaf(.traceID) else {
      preconditionFailure("a schema without trace IDs is refused when the file is opened")
    }
    return leaf
  }

  /// The object `index`, if there is one that fits the file; read once.
  private func rowGroupIndex(count: Int) -> RowGroupIndex? {
    let index = rowGroupIndex.withLock { known -> RowGroupIndex? in
      if !known.isRead { known = (true, readRowGroupIndex()) }
      return known.index
    }
    return index?.lastTraceIDs.count == count ? index : nil
  }

  private func readRowGroupIndex() -> RowGroupIndex? {
    guard isSorted else { return nil }
    do throws(StorageError) {
      let bytes = try place.store.read(place.key("index"), byteCountMax: 16 << 20)
      return try RowGroupIndex(json: bytes, file: place.location("index"))
    } catch {
      if !error.isMissing { warn("\(error); searched without it") }
      return nil
    }
  }
}
