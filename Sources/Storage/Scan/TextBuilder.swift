import Columns

/// Strings collected one after the other. A table holds up to 4 GiB of them.
struct TextBuilder {
  private var offsets: [UInt32] = [0]
  private var bytes: [UInt8] = []

  var count: Int { offsets.count - 1 }

  mutating func append(_ text: some Collection<UInt8>) throws(StorageError) {
    guard text.count <= Int(UInt32.max) - bytes.count else {
      throw .tooMuchMemory("more than 4 GiB of text in one column of one batch of traces")
    }
    bytes.append(contentsOf: text)
    offsets.append(UInt32(bytes.count))
  }

  func table() -> StringTable { StringTable(offsets: offsets, bytes: bytes) }

  /// A column with a value for each string.
  func column() -> TextColumn {
    TextColumn(codes: (0..<UInt32(count)).map { $0 }, table: table(), isDistinct: false)
  }
}
