extension StorageError {
  /// A block whose columns contradict each other: `message` continues a sentence that names the file.
  package static func damaged(file: String, _ message: String) -> StorageError {
    .damaged(file: file, offset: nil, message: message)
  }
}
