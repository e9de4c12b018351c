package import Parquet

/// Objects under keys with `/` between the parts: a folder, later a bucket.
///
/// Keys are relative to the store. Objects may vanish at any time: a key that was listed and is
/// gone gives `StorageError.missing`.
package protocol ObjectStore: Sendable {
  /// How people would name the object: a path, a URL.
  func location(of key: String) -> String

  /// What lies directly below `prefix`, which is empty or ends in `/`.
  func list(prefix: String) throws(StorageError) -> ObjectListing

  /// Length of an object; nil if there is none of that key.
  func byteCount(of key: String) throws(StorageError) -> Int?

  /// The object as a source of bytes by range.
  func source(of key: String) throws(StorageError) -> any ByteSource

  /// The same for an object of which a few bytes are read once: nothing of it stays open.
  func passingSource(of key: String) throws(StorageError) -> any ByteSource

  /// The whole object; one of more than `byteCountMax` bytes is an error.
  func read(_ key: String, byteCountMax: Int) throws(StorageError) -> [UInt8]
}

/// Names directly below a prefix, without it, sorted.
package struct ObjectListing: Sendable, Equatable {
  /// Objects.
  package var names: [String]
  /// Folders, or common prefixes, without the `/` at their end.
  package var prefixes: [String]

  package init(names: [String] = [], prefixes: [String] = []) {
    self.names = names
    self.prefixes = prefixes
  }
}

extension ObjectStore {
  package func passingSource(of key: String) throws(StorageError) -> any ByteSource {
    try source(of: key)
  }

  /// Whether there is an object of that key.
  package func holds(_ key: String) throws(StorageError) -> Bool {
    try byteCount(of: key) != nil
  }
}
