import Columns
import Synchronization

/// Column chunks as the file they would make, each encoded when somebody first reads it: of spans
/// that are soon in a stored block most columns are never asked for.
///
/// A chunk has a region of its own, far larger than what is in it, so that its place is known
/// before it is there.
package final class DeferredChunks: ByteSource {
  /// One row group.
  package struct Group: Sendable {
    package var rowCount: Int
    /// What is known of each leaf beforehand.
    package var announced: [Announcement]
    package var content: @Sendable (_ leaf: Int) -> ColumnContent

    package init(
      rowCount: Int, announced: [Announcement],
      content: @escaping @Sendable (_ leaf: Int) -> ColumnContent
    ) {
      self.rowCount = rowCount
      self.announced = announced
      self.content = content
    }
  }

  /// What may be said of a chunk that has not been encoded.
  package struct Announcement: Sendable {
    /// About.
    package var entryCount: Int
    /// No entry has a value. false: some may.
    package var isEmpty = false
    /// Of integers: no value lies outside.
    package var bounds: ClosedRange<Int64>?

    package init(entryCount: Int, isEmpty: Bool = false, bounds: ClosedRange<Int64>? = nil) {
      self.entryCount = entryCount
      self.isEmpty = isEmpty
      self.bounds = bounds
    }
  }

  private struct Encoded: Sendable {
    var chunk: ColumnChunk
    /// The chunk, then its indexes.
    var bytes: [UInt8]
  }

  private final class Region: Sendable {
    let encoded = Mutex<Encoded?>(nil)
  }

  let groups: [Group]
  private let schema: WriterSchema
  private let regions: [Region]
  private let kept = Atomic<Int>(0)
  private let encoded: @Sendable (Int) -> Void

  private static let regionBits = 36

  /// `encoded` is told of each chunk's bytes when they come to be kept.
  package init(
    _ groups: [Group], _ schema: WriterSchema, encoded: @escaping @Sendable (Int) -> Void
  ) {
    self.groups = groups
    self.encoded = encoded
    self.schema = schema
    for group in groups {
      precondition(group.announced.count == schema.leaves.count, "every leaf is announced")
    }
    regions = (0..<groups.count * schema.leaves.count).map { _ in Region() }
  }

  /// Bytes that have been encoded so far.
  package var encodedByteCount: Int { kept.load(ordering: .relaxed) }

  // MARK: Chunks

  /// The chunk as it is stored; encoded by the first who asks.
  func chunk(_ leaf: Int, group: Int) -> ColumnChunk { content(region(leaf, group)).chunk }

  private func region(_ leaf: Int, _ group: Int) -> Int { group * schema.leaves.count + leaf }

  private func content(_ number: Int) -> Encoded {
    regions[number].encoded.withLock { encoded in
      if let encoded { return encoded }
      let (group, leaf) = number.quotientAndRemainder(dividingBy: schema.leaves.count)
      let fresh = encode(leaf, groups[group], at: (number + 1) << Self.regionBits)
      kept.add(fresh.bytes.count, ordering: .relaxed)
      self.encoded(fresh.bytes.count)
      encoded = fresh
      return fresh
    }
  }

  private func encode(_ leaf: Int, _ group: Group, at place: Int) -> Encoded {
    let column = group.content(leaf)
    precondition(column.levels.rowCount == group.rowCount, "every leaf has all rows")
    let chunk = ChunkWriter.encode(column, schema.leaves[leaf])
    var bytes = chunk.bytes
    var written = WrittenChunk(chunk, offset: place)
    if let index = written.columnIndex() {
      written.columnIndexPlace = place + bytes.count..<place + bytes.count + index.count
      bytes += index
    }
    let index = written.offsetIndex()
    written.offsetIndexPlace = place + bytes.count..<place + bytes.count + index.count
    bytes += index
    precondition(bytes.count < 1 << Self.regionBits, "a chunk fits its region")
    return Encoded(chunk: ColumnChunk(written), bytes: bytes)
  }

  // MARK: Bytes

  package var byteCount: Int { (regions.count + 1) << Self.regionBits }

  package func read(_ range: Range<Int>) throws(ByteSourceError) -> [UInt8] {
    let (bytes, place) = try bytes(of: range)
    return Array(bytes[place])
  }

  package func read(
    _ range: Range<Int>, into target: UnsafeMutableRawBufferPointer
  ) throws(ByteSourceError) {
    let (bytes, place) = try bytes(of: range)
    guard target.count == place.count else {
      throw ByteSourceError("\(place.count) bytes for a place of \(target.count)")
    }
    bytes.withUnsafeBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[place])) }
  }

  private func bytes(
    of range: Range<Int>
  ) throws(ByteSourceError) -> (bytes: [UInt8], place: Range<Int>) {
    let number = range.lowerBound >> Self.regionBits - 1
    guard regions.indices.contains(number) else { throw ByteSourceError("bytes \(range)") }
    let bytes = content(number).bytes
    let start = range.lowerBound - (number + 1) << Self.regionBits
    guard start + range.count <= bytes.count else {
      throw ByteSourceError("bytes \(range): \(bytes.count) are there")
    }
    return (bytes, start..<start + range.count)
  }
}

extension WriterSchema {
  /// The leaves as who reads a file of this schema finds them.
  package func readLeaves() -> [Leaf] {
    do {
      var writer = try ParquetWriter(schema: self, to: MemoryByteSink(), createdBy: "")
      let bytes = try writer.finish().sink.bytes
      let source = MemoryByteSource(bytes)
      return try ParquetFile(
        source: source, name: "schema", cache: BoundedCache(capacityBytes: 0)
      ).leaves
    } catch {
      preconditionFailure("what is written can be read: \(error)")
    }
  }
}
