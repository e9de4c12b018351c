import Columns
import Parquet
import Wire

/// Metadata, bloom filter and index against the file they speak of.
extension BlockVerifier {
  private static let objectBytesMax = 256 << 20

  mutating func checkObjects(_ file: BlockFile) throws(StorageError) {
    try checkMetadata(file)
    let ids = try traceIDs(file)
    try checkBloom(ids.joined().map { $0 })
    try checkIndex(ids.map(\.last))
  }

  // MARK: Metadata

  private mutating func checkMetadata(_ file: BlockFile) throws(StorageError) {
    let metadata = block.metadata
    let place = "meta.json"
    let groups = file.file.rowGroups.count
    func mismatch(_ key: String, _ said: Int, _ truth: Int) -> String {
      "'\(key)' is \(said), the file has \(truth)"
    }
    if metadata.byteCount != file.file.byteCount {
      let truth = file.file.byteCount
      found(.damage, "meta-size", place, mismatch("size", metadata.byteCount, truth))
    }
    if metadata.footerByteCount != 0, metadata.footerByteCount != file.file.footerBytes {
      let text = mismatch("footerSize", metadata.footerByteCount, file.file.footerBytes)
      found(.damage, "meta-footer", place, text)
    }
    if metadata.traceCount != file.file.rowCount {
      let text = mismatch("totalObjects", metadata.traceCount, file.file.rowCount)
      found(.damage, "meta-traces", place, text)
    }
    // Tempo's own value is one too high where the last row ended a row group.
    if metadata.rowGroupCount < groups {
      let text = mismatch("totalRecords", metadata.rowGroupCount, groups)
      found(.damage, "meta-row-groups", place, text + "; searches miss the rest")
    } else if metadata.rowGroupCount > groups + 1 {
      let text = mismatch("totalRecords", metadata.rowGroupCount, groups)
      found(.warning, "meta-row-groups", place, text)
    }
    if metadata.replicationFactor != 1 {
      let factor = metadata.replicationFactor
      found(
        .warning, "meta-replication", place,
        "'replicationFactor' is \(factor): Tempo's metrics leave the block out")
    }
    try checkNames(place)
  }

  /// What the metadata itself calls the block: the folder decides, so readers never see it.
  private mutating func checkNames(_ place: String) throws(StorageError) {
    let bytes: [UInt8]
    do throws(StorageError) {
      bytes = try block.place.store.read(block.place.key(place), byteCountMax: Self.objectBytesMax)
    } catch {
      // A block that was compacted has its metadata under another name.
      if error.isMissing { return }
      throw error
    }
    let written = try BlockMetadata(json: bytes, file: place)
    let folder = block.place.location("").split(separator: "/").last.map(String.init) ?? ""
    if BlockID.isValid(folder), written.blockID.lowercased() != folder.lowercased() {
      found(
        .damage, "meta-names", place, "'blockID' is \(written.blockID), the folder is \(folder)")
    }
    if !block.metadata.tenant.isEmpty, written.tenant != block.metadata.tenant {
      found(
        .damage, "meta-names", place,
        "'tenantID' is \(written.tenant), the folder is \(block.metadata.tenant)")
    }
    if let json = Self.json(bytes), let start = json["startTime"]?.string,
      let end = json["endTime"]?.string, let first = RFC3339.nanoseconds(start),
      let last = RFC3339.nanoseconds(end), first > last
    {
      found(.damage, "meta-times", place, "'startTime' \(start) is after 'endTime' \(end)")
    }
  }

  private static func json(_ bytes: [UInt8]) -> JSON? {
    // It has been read before, by a reader that throws.
    try? JSONReader.read(bytes)
  }

  // MARK: IDs

  /// The trace IDs of every row group; says where they are out of order.
  private mutating func traceIDs(_ file: BlockFile) throws(StorageError) -> [[[UInt8]]] {
    guard let leaf = file.schema.leaf(.traceID) else { return [] }
    var all: [[[UInt8]]] = []
    var last: [UInt8]?
    for (number, group) in file.file.rowGroups.enumerated() {
      let values: ColumnValues
      do throws(ParquetError) {
        values = try file.file.column(leaf, rowGroup: number).readRequired(
          rows: RowRuns(0..<group.rowCount), expectedCount: group.rowCount,
          statistics: statistics)
      } catch {
        throw StorageError(error)
      }
      guard case .text(let text) = values else { return all }
      let ids = text.codes.map { text.table.bytes(at: Int($0)) }
      for (row, id) in ids.enumerated() {
        let place = "\(Self.name(of: file)) TraceID, row group \(number)"
        if id.count != 16 {
          found(.damage, "trace-ids", place, "the ID of row \(row) has \(id.count) bytes, not 16")
        }
        if let last, !last.lexicographicallyPrecedes(id) {
          let word = last == id ? "comes twice" : "is out of order"
          found(.damage, "trace-order", place, "\(Hex.encode(id)), row \(row), \(word)")
        }
        last = id
      }
      all.append(ids)
    }
    return all
  }

  private mutating func checkBloom(_ ids: [[UInt8]]) throws(StorageError) {
    let count = block.metadata.bloomShardCount
    var shards: [BloomFilter?] = []
    for shard in 0..<min(count, 100_000) {
      let name = "bloom-\(shard)"
      do throws(StorageError) {
        let bytes = try block.place.store.read(
          block.place.key(name), byteCountMax: Self.objectBytesMax)
        shards.append(try BloomFilter(bytes, file: name))
      } catch {
        let message = error.isMissing ? "is missing, and 'bloomShards' counts it" : "\(error)"
        found(.damage, "bloom", name, message)
        shards.append(nil)
      }
    }
    if try block.place.store.holds(block.place.key("bloom-\(count)")) {
      found(.warning, "bloom", "bloom-\(count)", "is there, and 'bloomShards' is \(count)")
    }
    guard !shards.isEmpty else { return }
    for id in ids where id.count == 16 {
      let shard = BloomFilter.shard(of: id, count: shards.count)
      if let filter = shards[shard], !filter.mayContain(id) {
        found(
          .damage, "bloom-ids", "bloom-\(shard)",
          "does not know \(Hex.encode(id)): Tempo cannot find that trace by its ID")
      }
    }
  }

  private mutating func checkIndex(_ lastIDs: [[UInt8]?]) throws(StorageError) {
    let bytes: [UInt8]
    do throws(StorageError) {
      bytes = try block.place.store.read(
        block.place.key("index"), byteCountMax: Self.objectBytesMax)
    } catch {
      // The object is optional.
      if error.isMissing { return }
      return found(.damage, "index", "index", "\(error)")
    }
    let index: RowGroupIndex
    do throws(StorageError) {
      index = try RowGroupIndex(json: bytes, file: "index")
    } catch {
      return found(.damage, "index", "index", "\(error)")
    }
    guard index.lastTraceIDs.count == lastIDs.count else {
      return found(
        .damage, "index", "index",
        "\(index.lastTraceIDs.count) entries for \(lastIDs.count) row groups")
    }
    for (number, (said, truth)) in zip(index.lastTraceIDs, lastIDs).enumerated() where said != truth
    {
      found(
        .damage, "index", "index",
        "row group \(number) ends with \(truth.map { Hex.encode($0) } ?? "nothing"), not with "
          + Hex.encode(said))
    }
  }
}
