package import Columns
import Synchronization

/// An open Parquet file: its schema and where everything lies; pages are read when asked for.
package final class ParquetFile: Sendable {
  /// The name the file was opened under, for errors.
  package let name: String
  /// Unique among the files opened by this process; part of cache keys.
  package let serial: Int
  package let source: any ByteSource
  package let schema: FileSchema
  /// In file order.
  package var leaves: [Leaf] { schema.leaves }
  /// As the footer has them; `column(_:rowGroup:).chunk` is the chunk itself.
  package let rowGroups: [RowGroup]
  package let rowCount: Int
  package let createdBy: String
  /// Length of the footer without its trailer.
  package let footerBytes: Int

  let cache: BoundedCache
  let limits: ReadLimits
  /// The footer as stored: statistics point into it.
  let footer: [UInt8]
  /// What encodes the chunks of a file that is none yet.
  let deferred: DeferredChunks?

  private static let nextSerial = Atomic<Int>(0)
  /// Length of the footer's length and the magic at the end of a file.
  private static let trailerBytes = 8
  /// What is read of a file whose footer's length nobody told us.
  private static let footerGuessBytes = 64 << 10

  /// Reads the footer: one read if `footerBytesHint` (without trailer) is not too small.
  package init(
    source: any ByteSource, name: String, footerBytesHint: Int? = nil, cache: BoundedCache,
    limits: ReadLimits = ReadLimits()
  ) throws(ParquetError) {
    self.name = name
    self.limits = limits
    self.source = source
    self.cache = cache
    serial = Self.nextSerial.add(1, ordering: .relaxed).newValue
    footer = try Self.readFooter(source, name, footerBytesHint, limits.footerBytesMax)
    footerBytes = footer.count
    let metadata = try Self.parse(footer, name, limits)
    schema = metadata.schema
    rowGroups = metadata.rowGroups
    rowCount = metadata.rowCount
    createdBy = metadata.createdBy
    deferred = nil
    try checkPlaces()
  }

  init(
    deferring chunks: DeferredChunks, leaves: [Leaf], rowGroups: [RowGroup], footer: [UInt8],
    name: String, cache: BoundedCache
  ) {
    self.name = name
    limits = ReadLimits()
    source = chunks
    deferred = chunks
    self.cache = cache
    serial = Self.nextSerial.add(1, ordering: .relaxed).newValue
    self.footer = footer
    footerBytes = footer.count
    schema = FileSchema(leaves)
    self.rowGroups = rowGroups
    rowCount = rowGroups.reduce(0) { $0 + $1.rowCount }
    createdBy = "traceql"
  }

  /// Bytes of the file; of one whose chunks are encoded when they are read, those encoded so far.
  package var byteCount: Int { deferred?.encodedByteCount ?? source.byteCount }

  /// The leaf with this normalised name; the first of several.
  package func leaf(named name: String) -> Leaf? { schema.leaf(named: name) }

  /// A reader of one column chunk.
  package func column(_ leaf: Leaf, rowGroup: Int) -> ColumnReader {
    precondition(leaf == leaves[leaf.index], "a leaf of this file")
    return ColumnReader(file: self, leaf: leaf, rowGroup: rowGroup)
  }
}

// MARK: Opening

extension ParquetFile {
  private static func readFooter(
    _ source: any ByteSource, _ name: String, _ hint: Int?, _ footerBytesMax: Int
  ) throws(ParquetError) -> [UInt8] {
    let size = source.byteCount
    guard size >= 4 + trailerBytes else {
      throw ParquetError(.notParquet, file: name, "\(size) bytes are too few for a Parquet file")
    }
    let guess = hint.map { $0 > 0 && $0 < size ? $0 + trailerBytes : footerGuessBytes }
    let first = min(size, guess ?? footerGuessBytes)
    let end = try read(source, name, size - first..<size)
    let magic = end.suffix(4)
    guard !magic.elementsEqual("PARE".utf8) else {
      throw ParquetError(.unsupported, file: name, offset: size - 4, "encrypted footers")
    }
    guard magic.elementsEqual("PAR1".utf8) else {
      throw ParquetError(.notParquet, file: name, offset: size - 4, "no PAR1 at the end")
    }
    let length = end.suffix(trailerBytes).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= size - 4 - trailerBytes else {
      throw ParquetError(
        .damaged, file: name, offset: size - trailerBytes,
        "a footer of \(length) bytes in a file of \(size)")
    }
    guard length <= footerBytesMax else {
      throw ParquetError(.limit, file: name, "a footer of \(length) bytes")
    }
    let start = size - trailerBytes - length
    if length + trailerBytes <= end.count {
      return Array(end[(end.count - trailerBytes - length)..<(end.count - trailerBytes)])
    }
    let missing = try read(source, name, start..<size - end.count)
    return missing + end.dropLast(trailerBytes)
  }

  private static func read(
    _ source: any ByteSource, _ name: String, _ range: Range<Int>
  ) throws(ParquetError) -> [UInt8] {
    do {
      return try source.read(range)
    } catch {
      throw ParquetError(.unreadable, file: name, offset: range.lowerBound, error.message)
    }
  }

  private static func parse(
    _ footer: [UInt8], _ name: String, _ limits: ReadLimits
  ) throws(ParquetError) -> FileMetadata {
    let buffer = ByteBuffer(footer)
    defer { withExtendedLifetime(buffer) {} }
    do {
      return try FileMetadata(buffer.view(0, footer.count), limits)
    } catch {
      throw ParquetError(error, file: name)
    }
  }

  /// Checks that chunks and indexes lie before the footer, and that types agree with the schema.
  private func checkPlaces() throws(ParquetError) {
    let end = source.byteCount - Self.trailerBytes - footerBytes
    for group in rowGroups {
      for (leaf, chunk) in zip(leaves, group.chunks) {
        guard chunk.physicalType == leaf.physicalType.rawValue else {
          throw damaged(leaf, "a chunk of another type than the schema says")
        }
        let start = chunk.byteRange.lowerBound
        let isEmpty = chunk.valueCount == 0 && chunk.compressedBytes == 0
        guard isEmpty || (start >= 4 && start <= end && chunk.compressedBytes <= end - start)
        else { throw damaged(leaf, "a chunk outside the file") }
        guard (chunk.dictionaryPageOffset ?? start) - start <= chunk.compressedBytes,
          chunk.dataPageOffset - start <= chunk.compressedBytes
        else { throw damaged(leaf, "a page outside its chunk") }
        guard chunk.offsetIndexOffset <= end, chunk.columnIndexOffset <= end,
          chunk.offsetIndexBytes <= end - chunk.offsetIndexOffset,
          chunk.columnIndexBytes <= end - chunk.columnIndexOffset
        else { throw damaged(leaf, "a page index outside the file") }
      }
    }
  }

  private func damaged(_ leaf: Leaf, _ message: String) -> ParquetError {
    ParquetError(
      .damaged, file: name, column: leaf.path.joined(separator: "."), message)
  }
}
