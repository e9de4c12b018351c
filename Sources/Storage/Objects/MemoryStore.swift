package import Columns
import Parquet

/// Objects in memory under one folder of none: for blocks that were made a moment ago.
struct MemoryStore: ObjectStore {
  let objects: [String: [UInt8]]
  /// What the store is called where somebody asks.
  let name: String

  func location(of key: String) -> String { name }

  func list(prefix: String) throws(StorageError) -> ObjectListing {
    ObjectListing(names: objects.keys.filter { $0.hasPrefix(prefix) }.sorted())
  }

  func byteCount(of key: String) throws(StorageError) -> Int? { objects[key]?.count }

  func source(of key: String) throws(StorageError) -> any ByteSource {
    guard let bytes = objects[key] else { throw .missing(path: name) }
    return MemoryByteSource(bytes)
  }

  func read(_ key: String, byteCountMax: Int) throws(StorageError) -> [UInt8] {
    guard let bytes = objects[key] else { throw .missing(path: name) }
    return bytes
  }
}

extension BlockCatalog {
  /// A catalogue of one block whose data file is in memory; `name` is what people call it.
  package init(
    inMemory dataFile: [UInt8], metadata: BlockMetadata, name: String, cache: BoundedCache
  ) {
    let file = "data.parquet"
    let store = MemoryStore(objects: [file: dataFile], name: name)
    let place = BlockPlace(store: store, folder: "", content: .completed)
    self.init(
      path: name, tenant: metadata.tenant,
      blocks: [Block(metadata: metadata, name: name, place: place, cache: cache)], warnings: [])
  }
}
