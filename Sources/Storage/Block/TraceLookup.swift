import Columns
package import Parquet
import Synchronization

// Finding traces by ID: bloom filter, row group, page, row; each step reads as little as it can.

// MARK: Bloom filter

extension Block {
  /// Whether the block may hold the trace: its bloom filter's word, or true where there is none.
  ///
  /// A filter that is damaged rules nothing out; it is noted in `warnings`. IDs have 16 bytes.
  package func mayContain(traceID: [UInt8]) throws(StorageError) -> Bool {
    precondition(traceID.count == 16, "trace IDs are padded to 16 bytes before they are looked up")
    guard isSorted, metadata.bloomShardCount > 0 else { return true }
    let shard = BloomFilter.shard(of: traceID, count: metadata.bloomShardCount)
    do throws(StorageError) {
      return try bloomFilter("bloom-\(shard)", holds: traceID)
    } catch {
      switch error {
      case .missing: return true
      case .damaged:
        warn("\(error); searched without it")
        return true
      default: throw error
      }
    }
  }

  private func bloomFilter(
    _ name: String, holds traceID: [UInt8]
  ) throws(StorageError) -> Bool {
    let source = try place.store.source(of: place.key(name))
    let location = place.location(name)
    func read(_ range: Range<Int>) throws(StorageError) -> [UInt8] {
      do throws(ByteSourceError) {
        return try source.read(range)
      } catch {
        throw .unreadable(path: location, reason: error.message)
      }
    }
    let isWhole = !place.store.hasCheapSmallReads && source.byteCount < 64 << 20
    let start = try read(0..<min(source.byteCount, isWhole ? .max : BloomFilter.headerByteCount))
    let filter = try BloomFilter(header: start, byteCount: source.byteCount, file: location)
    for bit in filter.bits(of: traceID) {
      let (byte, mask) = BloomFilter.place(of: bit)
      let value = isWhole ? start[byte] : try read(byte..<byte + 1)[0]
      if value & mask == 0 { return false }
    }
    return true
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
    for traceID in traceIDs { mayHold.append(try mayContain(traceID: traceID)) }
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
    var i = 0
    for range in rows.ranges {
      for row in range {
        let id = ids.table.bytes[ids.table.range(of: Int(ids.codes[i]))]
        for position in wanted.positions(of: id) { found(position, row) }
        i += 1
      }
    }
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
