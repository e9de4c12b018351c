import Columns
import Parquet

/// Gathers the blocks of one place, each id once, and what has to be said about the rest.
struct BlockCollector {
  let store: LocalStore
  let cache: BoundedCache
  private(set) var warnings: [String] = []
  private var blocks: [Block] = []
  private var known: Set<String> = []
  /// Blocks met before, by location: taken as they are if they are still there.
  private let earlier: [String: Block]
  /// Why the first unreadable block is unreadable.
  private var firstFailure: StorageError?
  private var skippedCompacted = 0
  private var skippedUnfinished = 0

  /// Metadata objects are a few hundred bytes; nothing sensible is longer than this.
  private static let metadataByteCountMax = 16 << 20

  init(store: LocalStore, cache: BoundedCache, known earlier: [String: Block] = [:]) {
    self.store = store
    self.cache = cache
    self.earlier = earlier
  }

  /// The blocks in their order; an error if there are none.
  func finished(path: String) throws(StorageError) -> [Block] {
    guard !blocks.isEmpty else {
      if let firstFailure { throw firstFailure }
      throw .noBlocks(path: path, hint: emptyHint)
    }
    return sortedBlocks
  }

  var sortedBlocks: [Block] { blocks.sorted(by: Self.isInOrder) }

  /// Oldest first, ties by name.
  static func isInOrder(_ a: Block, _ b: Block) -> Bool {
    let starts = (a.metadata.timeRange?.lowerBound ?? 0, b.metadata.timeRange?.lowerBound ?? 0)
    return starts.0 == starts.1 ? a.name < b.name : starts.0 < starts.1
  }

  private var emptyHint: String {
    var parts: [String] = []
    if skippedCompacted > 0 { parts.append("\(skippedCompacted) there are compacted or deleted") }
    if skippedUnfinished > 0 { parts.append("\(skippedUnfinished) there have no meta.json") }
    return parts.joined(separator: ", ")
  }
}

// MARK: Completed blocks

extension BlockCollector {
  /// Adds the live blocks of a tenant's folder.
  mutating func addTenant(
    _ tenant: String, prefix: String, usingIndex: Bool
  ) throws(StorageError) {
    if usingIndex,
      let index = try TenantIndex.read(from: store, prefix: prefix, warnings: &warnings)
    {
      for error in index.refused { note(error) }
      for metadata in index.blocks where BlockID.isValid(metadata.blockID) {
        let folder = prefix + metadata.blockID
        if let block = earlier[store.location(of: folder)] {
          if known.insert(metadata.blockID).inserted { blocks.append(block) }
          continue
        }
        add(metadata, name: metadata.blockID, folder: folder, .completed)
      }
      return
    }
    for name in try store.list(prefix: prefix).prefixes where BlockID.isValid(name) {
      do throws(StorageError) {
        try addCompleted(name, folder: prefix + name, tenant: tenant)
      } catch {
        note(error)
      }
    }
  }

  private mutating func addCompleted(
    _ name: String, folder: String, tenant: String
  ) throws(StorageError) {
    for retired in ["/meta.compacted.json", "/meta.deleted.json"]
    where try store.holds(folder + retired) {
      skippedCompacted += 1
      return
    }
    if let block = earlier[store.location(of: folder)] {
      // Completed blocks never change; one that is being deleted may have lost its data already.
      if try store.holds(folder + "/data.parquet"), known.insert(name).inserted {
        blocks.append(block)
      }
      return
    }
    guard var metadata = try metadata(in: folder, named: "meta.json") else {
      skippedUnfinished += 1
      return
    }
    // The folder decides: blocks are copied about, and the other objects are under its name.
    metadata.blockID = name
    metadata.tenant = tenant
    add(metadata, name: name, folder: folder, .completed)
  }

  /// Adds the block the store's root is; compacted ones too, as somebody asked for this very one.
  /// Returns its tenant.
  mutating func addOnlyBlock(tenant: String?) throws(StorageError) -> String {
    for name in ["meta.json", "meta.compacted.json"] {
      guard let metadata = try metadata(in: "", named: name) else { continue }
      if let tenant, tenant != metadata.tenant {
        throw .unknownTenant(tenant, known: [metadata.tenant], path: store.root)
      }
      if name != "meta.json" { warnings.append("\(store.root): this block was compacted") }
      let id = metadata.blockID.isEmpty ? store.root : metadata.blockID
      add(metadata, name: id, folder: "", .completed)
      return metadata.tenant
    }
    throw .missing(path: store.location(of: "meta.json"))
  }

  /// Reads a metadata object; nil if it is not there (any more).
  private func metadata(
    in folder: String, named name: String
  ) throws(StorageError) -> BlockMetadata? {
    let key = folder.isEmpty ? name : folder + "/" + name
    let bytes: [UInt8]
    do throws(StorageError) {
      bytes = try store.read(key, byteCountMax: Self.metadataByteCountMax)
    } catch {
      if error.isMissing { return nil }
      throw error
    }
    return try BlockMetadata(json: bytes, file: store.location(of: key))
  }

  private mutating func add(
    _ metadata: BlockMetadata, name: String, folder: String, _ content: BlockPlace.Content,
    opened: [BlockFile]? = nil
  ) {
    guard known.insert(name).inserted else { return }
    blocks.append(
      Block(
        metadata: metadata, name: name,
        place: BlockPlace(store: store, folder: folder, content: content), cache: cache,
        opened: opened))
  }

  private mutating func note(_ error: StorageError) {
    if firstFailure == nil { firstFailure = error }
    warnings.append("\(error); block left out")
  }
}

// MARK: Write-ahead folders

extension BlockCollector {
  /// Adds a write-ahead folder, unless it is retired, has nothing readable yet, or its block is
  /// there in completed form.
  mutating func addWriteAhead(
    _ name: WriteAheadName, folder: String
  ) throws(StorageError) {
    guard !known.contains(name.blockID) else { return }
    do throws(StorageError) {
      let prefix = folder.isEmpty ? "" : folder + "/"
      if try store.holds(prefix + "meta.deleted.json") {
        skippedCompacted += 1
        return
      }
      guard var metadata = try metadata(in: folder, named: "meta.json") else {
        skippedUnfinished += 1
        return
      }
      metadata.blockID = name.blockID
      metadata.tenant = name.tenant
      // A write-ahead folder has neither bloom filter nor index, whatever the counts say.
      metadata.bloomShardCount = 0
      add(metadata, name: name.blockID, folder: folder, .writeAhead)
    } catch {
      note(error)
    }
  }
}

// MARK: Bare files

extension BlockCollector {
  /// Adds one Parquet file about which nothing but its own columns is known.
  mutating func addBareFile(_ name: String) throws(StorageError) {
    let location = store.location(of: name)
    let source = try store.source(of: name)
    let file: ParquetFile
    do throws(ParquetError) {
      file = try ParquetFile(source: source, name: location, cache: cache)
    } catch {
      guard error.kind == .notParquet else { throw .parquet(error) }
      throw .notABlock(file: location, reason: "not a Parquet file: \(error.message)")
    }
    var metadata = BlockMetadata(version: BlockVersion(guessedFrom: file.leaves))
    metadata.traceCount = file.rowCount
    metadata.byteCount = file.source.byteCount
    metadata.rowGroupCount = file.rowGroups.count
    metadata.footerByteCount = file.footerBytes
    metadata.setTimes(
      start: Self.bounds(of: .traceStart, in: file)?.lowerBound,
      end: Self.bounds(of: .traceEnd, in: file)?.upperBound)
    let schema = try TraceSchema(
      leaves: file.leaves, version: metadata.version, dedicatedColumns: [], file: location)
    add(
      metadata, name: name, folder: "", .bareFile(name),
      opened: [BlockFile(file: file, schema: schema)])
  }

  /// Bounds of a column of times over the whole file, from the footer; nil if one is not stored.
  private static func bounds(
    of column: TraceColumn, in file: ParquetFile
  ) -> ClosedRange<UInt64>? {
    guard let leaf = file.leaf(named: column.rawValue) else { return nil }
    var whole: ClosedRange<Int64>?
    for group in file.rowGroups.indices {
      guard case .int64(let bounds) = file.column(leaf, rowGroup: group).bounds else { return nil }
      let lower = min(whole?.lowerBound ?? .max, bounds.lowerBound)
      whole = lower...max(whole?.upperBound ?? .min, bounds.upperBound)
    }
    guard let whole, whole.lowerBound >= 0 else { return nil }
    return UInt64(whole.lowerBound)...UInt64(whole.upperBound)
  }
}
