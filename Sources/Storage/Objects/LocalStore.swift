import Glibc
package import Parquet

/// A folder of the local file system as an object store.
package struct LocalStore: ObjectStore {
  /// The folder, without a `/` at its end (but for the root).
  package let root: String
  private let openFiles: OpenFiles

  /// A store over a folder, which need not exist: what is missing shows when it is read.
  package init(root: String) {
    var root = root
    while root.count > 1, root.hasSuffix("/") { root.removeLast() }
    self.root = root.isEmpty ? "." : root
    openFiles = OpenFiles(countMax: 128)
  }

  package func location(of key: String) -> String {
    if key.isEmpty { return root }
    return root == "/" ? "/" + key : root + "/" + key
  }
}

// MARK: Reading

extension LocalStore {
  package func byteCount(of key: String) throws(StorageError) -> Int? {
    var status = stat()
    guard stat(location(of: key), &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .system(path: location(of: key), code: errno)
    }
    return status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
  }

  /// Whether `key` is a folder; an empty key asks about the root.
  package func isFolder(_ key: String) throws(StorageError) -> Bool {
    var status = stat()
    guard stat(location(of: key), &status) == 0 else {
      throw .system(path: location(of: key), code: errno)
    }
    return status.st_mode & S_IFMT == S_IFDIR
  }

  package func source(of key: String) throws(StorageError) -> any ByteSource {
    guard let count = try byteCount(of: key) else { throw .missing(path: location(of: key)) }
    return LocalFile(path: location(of: key), byteCount: count, openFiles: openFiles)
  }

  package func passingSource(of key: String) throws(StorageError) -> any ByteSource {
    try PassingFile(path: location(of: key))
  }

  package func read(_ key: String, byteCountMax: Int) throws(StorageError) -> [UInt8] {
    let file = try PassingFile(path: location(of: key))
    guard file.byteCount <= byteCountMax else {
      throw .damaged(
        file: file.path, offset: nil,
        message: "\(file.byteCount) bytes are more than the \(byteCountMax) it may have")
    }
    var failure: StorageError?
    let bytes = [UInt8](unsafeUninitializedCapacity: file.byteCount) { buffer, filled in
      do throws(StorageError) {
        let target = UnsafeMutableRawBufferPointer(
          start: buffer.baseAddress, count: file.byteCount)
        try file.descriptor.read(0..<file.byteCount, into: target, path: file.path)
        filled = file.byteCount
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

// MARK: Listing

extension LocalStore {
  package func list(prefix: String) throws(StorageError) -> ObjectListing {
    let path = location(of: prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix)
    guard let folder = opendir(path) else { throw .system(path: path, code: errno) }
    defer { closedir(folder) }
    var listing = ObjectListing()
    while true {  // bounded by the number of entries
      errno = 0
      guard let entry = readdir(folder) else { break }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name != ".", name != ".." else { continue }
      switch Int(entry.pointee.d_type) {
      case Int(DT_DIR): listing.prefixes.append(name)
      case Int(DT_REG): listing.names.append(name)
      default:
        // A link, or a file system that does not say: look at what is behind the name.
        var status = stat()
        guard stat(path + "/" + name, &status) == 0 else { continue }
        if status.st_mode & S_IFMT == S_IFDIR { listing.prefixes.append(name) }
        if status.st_mode & S_IFMT == S_IFREG { listing.names.append(name) }
      }
    }
    guard errno == 0 else { throw .system(path: path, code: errno) }
    listing.names.sort()
    listing.prefixes.sort()
    return listing
  }
}

extension StorageError {
  /// What a failed system call means for `path`.
  static func system(path: String, code: Int32) -> StorageError {
    switch code {
    case ENOENT, ENOTDIR: .missing(path: path)
    case EACCES, EPERM: .notPermitted(path: path)
    default: .unreadable(path: path, reason: String(cString: strerror(code)))
    }
  }
}
