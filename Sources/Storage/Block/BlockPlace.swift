/// Where the objects of one block lie.
struct BlockPlace: Sendable {
  let store: any ObjectStore
  /// Key of the block's folder, empty for the store's root.
  let folder: String
  let content: Content

  enum Content: Sendable, Equatable {
    /// One sorted file with helper objects beside it.
    case completed
    /// Numbered, unsorted files that may still grow in number.
    case writeAhead
    /// One file of that name, about which nothing else is known.
    case bareFile(String)
  }

  /// The key of one of the block's objects.
  func key(_ name: String) -> String { folder.isEmpty ? name : folder + "/" + name }

  /// How people would name one of the block's objects.
  func location(_ name: String) -> String { store.location(of: key(name)) }

  /// Names of the Parquet files, in order; empty ones are left out: they are still being written.
  func dataFileNames() throws(StorageError) -> [String] {
    switch content {
    case .completed: return ["data.parquet"]
    case .bareFile(let name): return [name]
    case .writeAhead:
      var names: [String] = []
      for name in try store.list(prefix: folder.isEmpty ? "" : folder + "/").names
      where Self.isWriteAheadFile(name) {
        if let count = try store.byteCount(of: key(name)), count > 0 { names.append(name) }
      }
      return names
    }
  }

  /// Write-ahead files are called by ten digits.
  static func isWriteAheadFile(_ name: String) -> Bool {
    name.utf8.count == 10 && name.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
