import Glibc
package import Parquet

/// The folder of a block that is being written: `<root>/<tenant>/<block ID>/`.
///
/// A block appears when its `meta.json` does (blocks.md 1.3), and that file is renamed into place
/// when everything else is safe on disk; a folder without it is no block to anybody. Until then the
/// folder holds a locked file `writing`: what a writer that died left behind can be told from what
/// one is still at.
package struct LocalBlockFolder: Sendable {
  package let path: String
  private let marker: FileLock?

  /// Creates the folder and those above it.
  package init(root: String, tenant: String, blockID: String) throws(StorageError) {
    path = root + "/" + tenant + "/" + blockID
    marker = try Self.marked(path)
  }

  /// Makes the folder and its marker. Whoever clears up after a crash may take the folder away as
  /// long as it is empty: it is made again.
  private static func marked(_ path: String) throws(StorageError) -> FileLock? {
    for _ in 0..<3 {
      try createFolders(path)
      // What fails for good fails once more below, and is said there.
      if let lock = try? FileLock(path: path + "/" + markerName) { return lock }
    }
    return try FileLock(path: path + "/" + markerName)
  }

  package static let markerName = "writing"

  /// The data file, empty, to be written front to back.
  package func dataFile() throws(StorageError) -> LocalFileSink {
    try LocalFileSink(path: path + "/data.parquet")
  }

  /// Stores the objects in their order; the block exists once `meta.json`, the last, is there.
  package func publish(
    _ data: LocalFileSink, _ objects: [(name: String, bytes: [UInt8])]
  ) throws(StorageError) {
    try data.close()
    for (name, bytes) in objects {
      let file = path + "/" + name
      let isLast = name == "meta.json"
      let sink = try LocalFileSink(path: isLast ? file + ".tmp" : file)
      do throws(ByteSourceError) {
        try sink.write(bytes)
      } catch {
        throw .unwritable(path: file, reason: error.message)
      }
      try sink.close()
      guard isLast else { continue }
      try Self.synchronizeFolder(path)
      guard rename(file + ".tmp", file) == 0 else { throw .writing(path: file, code: errno) }
      // The folder's own name, and its tenant's, have to be as safe as what is in it.
      for folder in [path, path + "/..", path + "/../.."] { try Self.synchronizeFolder(folder) }
    }
    unlink(path + "/" + Self.markerName)
  }

  /// Removes the folder and what is in it: after a failure nothing half written stays.
  package func discard() { Self.remove(path) }

  /// Removes a folder of files; the metadata of a block goes last, so that a removal that is cut
  /// short is seen and done again.
  static func remove(_ path: String) {
    // A folder that is gone needs no removal.
    guard let names = try? LocalStore(root: path).list(prefix: "").names else { return }
    let isMetadata: (String) -> Bool = { $0.hasPrefix("meta.") }
    for name in names where !isMetadata(name) {
      unlink(path + "/" + name)
    }
    for name in names where isMetadata(name) { unlink(path + "/" + name) }
    rmdir(path)
  }

  private static func createFolders(_ path: String) throws(StorageError) {
    var prefix = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      prefix += "/" + part
      guard mkdir(prefix, 0o755) == 0 || errno == EEXIST else {
        throw .writing(path: prefix, code: errno)
      }
    }
  }

  static func synchronizeFolder(_ path: String) throws(StorageError) {
    let number = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else { throw .writing(path: path, code: errno) }
    defer { close(number) }
    guard fsync(number) == 0 else { throw .writing(path: path, code: errno) }
  }
}

/// A local file written front to back.
package final class LocalFileSink: ByteSink, Sendable {
  private let path: String
  private let number: Int32

  /// Creates the file, or empties it.
  init(path: String) throws(StorageError) {
    self.path = path
    number = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard number >= 0 else { throw .writing(path: path, code: errno) }
  }

  package func write(_ bytes: [UInt8]) throws(ByteSourceError) {
    var done = 0
    while done < bytes.count {  // every turn writes a byte, is interrupted or leaves
      let count = bytes.withUnsafeBytes { bytes in
        Glibc.write(number, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        throw ByteSourceError("cannot write \(path): \(String(cString: strerror(errno)))")
      }
      done += count
    }
  }

  /// Makes sure that what was written is on disk.
  func close() throws(StorageError) {
    guard fsync(number) == 0 else { throw .writing(path: path, code: errno) }
  }

  deinit { Glibc.close(number) }
}

extension StorageError {
  /// What a failed system call means for a file that should be written.
  static func writing(path: String, code: Int32) -> StorageError {
    .unwritable(path: path, reason: String(cString: strerror(code)))
  }
}
