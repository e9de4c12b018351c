package import Columns

extension ParquetFile {
  /// A file of chunks that are encoded when they are read; `leaves` are those of their schema.
  package convenience init(
    deferring chunks: DeferredChunks, leaves: [Leaf], name: String, cache: BoundedCache
  ) {
    var footer: [UInt8] = []
    var rowGroups: [RowGroup] = []
    for group in chunks.groups {
      let announced = zip(leaves, group.announced).map { leaf, announced in
        ColumnChunk(announced, leaf, boundsTo: &footer)
      }
      let start = rowGroups.last.map { $0.rowStart + $0.rowCount } ?? 0
      rowGroups.append(RowGroup(rowCount: group.rowCount, rowStart: start, chunks: announced))
    }
    self.init(
      deferring: chunks, leaves: leaves, rowGroups: rowGroups, footer: footer, name: name,
      cache: cache)
  }
}

extension ColumnChunk {
  /// What is known before the chunk is encoded. Bounds go where those of a file stand.
  fileprivate init(
    _ announced: DeferredChunks.Announcement, _ leaf: Leaf, boundsTo footer: inout [UInt8]
  ) {
    self.init()
    physicalType = leaf.physicalType.rawValue
    valueCount = announced.entryCount
    nullCount = announced.isEmpty ? announced.entryCount : nil
    guard let bounds = announced.bounds else { return }
    let (least, greatest) = ValueBounds.integer(bounds).encoded(
      is32Bit: leaf.physicalType == .int32)
    minimum = CompactReader.Extent(start: footer.count, count: least.count)
    footer += least
    maximum = CompactReader.Extent(start: footer.count, count: greatest.count)
    footer += greatest
  }

  /// A chunk that has been encoded, as its footer would tell of it.
  init(_ written: WrittenChunk) {
    var writer = CompactWriter()
    writer.structure { written.write(to: &$0) }
    let buffer = ByteBuffer(writer.bytes)
    defer { withExtendedLifetime(buffer) {} }
    do throws(DecodingFailure) {
      var reader = CompactReader(
        buffer.view(0, writer.bytes.count), nestingMax: ReadLimits().metadataNestingMax)
      try self.init(from: &reader)
    } catch {
      preconditionFailure("what is written can be read: \(error)")
    }
  }
}
