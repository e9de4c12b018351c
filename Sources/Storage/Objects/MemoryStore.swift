package import Columns
package import Parquet

/// Where a block lies that was made in memory a moment ago: it has its data file and no objects.
private struct MemoryStore: ObjectStore {
  /// What the store is called where somebody asks.
  let name: String

  func location(of key: String) -> String { name }

  func list(prefix: String) throws(StorageError) -> ObjectListing { ObjectListing(names: []) }

  func byteCount(of key: String) throws(StorageError) -> Int? { nil }

  func source(of key: String) throws(StorageError) -> any ByteSource {
    throw .missing(path: name)
  }

  func read(_ key: String, byteCountMax: Int) throws(StorageError) -> [UInt8] {
    throw .missing(path: name)
  }
}

extension Block {
  /// A block whose data file is in memory; `name` is what people call it.
  package convenience init(
    inMemory file: ParquetFile, metadata: BlockMetadata, name: String, cache: BoundedCache
  ) throws(StorageError) {
    let schema = try TraceSchema(
      leaves: file.leaves, version: metadata.version,
      dedicatedColumns: metadata.dedicatedColumns, file: name)
    self.init(
      metadata: metadata, name: name,
      place: BlockPlace(store: MemoryStore(name: name), folder: "", content: .completed),
      cache: cache, opened: [BlockFile(file: file, schema: schema)])
  }
}
