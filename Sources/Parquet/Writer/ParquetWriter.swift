import Compression
import Synchronization

/// Writes a Parquet file: row groups one after the other, then the page index and the footer.
///
///     var writer = try ParquetWriter(schema: schema, to: MemoryByteSink(), createdBy: "…")
///     try await writer.write(rowCount: n, threadCount: 2) { leaf in content(of: leaf) }
///     let file = try writer.finish()
package struct ParquetWriter<Sink: ByteSink> {
  private var sink: Sink
  private let schema: WriterSchema
  private let createdBy: String
  private var position = 0
  private var rowGroups: [WrittenRowGroup] = []

  private static var magic: [UInt8] { Array("PAR1".utf8) }

  package init(
    schema: WriterSchema, to sink: Sink, createdBy: String
  ) throws(ByteSourceError) {
    self.schema = schema
    self.sink = sink
    self.createdBy = createdBy
    try write(Self.magic)
  }

  /// Rows of the row groups written so far.
  package var rowCount: Int { rowGroups.reduce(0) { $0 + $1.rowCount } }
  package var rowGroupCount: Int { rowGroups.count }
  /// Bytes written so far.
  package var byteCount: Int { position }

  /// Writes one row group; `content` is asked for every leaf once, by `threadCount` threads.
  package mutating func write(
    rowCount: Int, threadCount: Int, content: @escaping @Sendable (_ leaf: Int) -> ColumnContent
  ) async throws(ByteSourceError) {
    precondition(rowCount > 0, "a row group has rows")
    var group = WrittenRowGroup(rowCount: rowCount, offset: position)
    let leaves = schema.leaves
    let encode: @Sendable (Int) -> EncodedChunk = { index in
      let column = content(index)
      precondition(column.levels.rowCount == rowCount, "every leaf has all rows")
      return ChunkWriter.encode(column, leaves[index])
    }
    for start in stride(from: 0, to: leaves.count, by: Self.leavesAtOnce) {
      let range = start..<min(leaves.count, start + Self.leavesAtOnce)
      for chunk in await Self.inParallel(range, threadCount: threadCount, encode) {
        group.chunks.append(WrittenChunk(chunk, offset: position))
        try write(chunk.bytes)
      }
    }
    rowGroups.append(group)
  }

  /// The same without threads.
  package mutating func write(
    rowCount: Int, content: (_ leaf: Int) -> ColumnContent
  ) throws(ByteSourceError) {
    precondition(rowCount > 0, "a row group has rows")
    var group = WrittenRowGroup(rowCount: rowCount, offset: position)
    for (index, leaf) in schema.leaves.enumerated() {
      let column = content(index)
      precondition(column.levels.rowCount == rowCount, "every leaf has all rows")
      let chunk = ChunkWriter.encode(column, leaf)
      group.chunks.append(WrittenChunk(chunk, offset: position))
      try write(chunk.bytes)
    }
    rowGroups.append(group)
  }

  /// Leaves that are encoded before they are written in their order: enough to keep every thread
  /// busy, few enough to hold.
  private static var leavesAtOnce: Int { 16 }

  /// The chunks of some leaves, in their order.
  private static func inParallel(
    _ leaves: Range<Int>, threadCount: Int, _ encode: @escaping @Sendable (Int) -> EncodedChunk
  ) async -> [EncodedChunk] {
    // Who has one thread keeps it: of several such writers few are at work at any time, and what
    // each has in memory meanwhile goes before the next begins.
    if threadCount == 1 { return leaves.map(encode) }
    let queue = LeafQueue(leaves)
    return await withTaskGroup(of: [(Int, EncodedChunk)].self) { group in
      for _ in 0..<min(threadCount, leaves.count) {
        group.addTask {
          var chunks: [(Int, EncodedChunk)] = []
          while let leaf = queue.take() { chunks.append((leaf, encode(leaf))) }
          return chunks
        }
      }
      var chunks: [(Int, EncodedChunk)] = []
      for await some in group { chunks += some }
      return chunks.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  /// Writes index and footer. The file is complete when this returns.
  package mutating func finish() throws(ByteSourceError) -> FinishedFile<Sink> {
    for group in rowGroups.indices {
      for chunk in rowGroups[group].chunks.indices {
        guard let index = rowGroups[group].chunks[chunk].columnIndex() else { continue }
        rowGroups[group].chunks[chunk].columnIndexPlace = position..<position + index.count
        try write(index)
      }
    }
    for group in rowGroups.indices {
      for chunk in rowGroups[group].chunks.indices {
        let index = rowGroups[group].chunks[chunk].offsetIndex()
        rowGroups[group].chunks[chunk].offsetIndexPlace = position..<position + index.count
        try write(index)
      }
    }
    let footer = footerBytes()
    var trailer: [UInt8] = []
    trailer.appendLittleEndian(UInt32(footer.count))
    try write(footer)
    try write(trailer + Self.magic)
    return FinishedFile(sink: sink, byteCount: position, footerByteCount: footer.count)
  }

  private mutating func write(_ bytes: [UInt8]) throws(ByteSourceError) {
    try sink.write(bytes)
    position += bytes.count
  }

  private func footerBytes() -> [UInt8] {
    var writer = CompactWriter()
    let schema = schema
    writer.structure { file in
      file.integer(1, 2)
      schema.write(2, to: &file)
      file.long(3, rowCount)
      file.structures(4, Array(rowGroups.enumerated())) { writer, group in
        group.element.write(to: &writer, ordinal: group.offset)
      }
      file.string(6, createdBy)
      // Every leaf is ordered as its type says.
      file.structures(7, schema.leaves) { writer, _ in writer.structure(1) { _ in } }
    }
    return writer.bytes
  }
}

/// Leaves handed out to threads one by one.
private final class LeafQueue: Sendable {
  private let next: Atomic<Int>
  private let end: Int

  init(_ leaves: Range<Int>) {
    next = Atomic(leaves.lowerBound)
    end = leaves.upperBound
  }

  func take() -> Int? {
    let leaf = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return leaf < end ? leaf : nil
  }
}

/// A file that has been written completely.
package struct FinishedFile<Sink: ByteSink> {
  package var sink: Sink
  package var byteCount: Int
  /// Length of the footer structure, without the trailer.
  package var footerByteCount: Int
}
