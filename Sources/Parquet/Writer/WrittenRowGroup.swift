import Compression

/// What the footer says of a row group that has been written.
struct WrittenRowGroup {
  var rowCount: Int
  var offset: Int
  var chunks: [WrittenChunk] = []

  func write(to writer: inout CompactWriter, ordinal: Int) {
    writer.structures(1, chunks) { $1.write(to: &$0) }
    writer.long(2, chunks.reduce(0) { $0 + $1.uncompressedBytes })
    writer.long(3, rowCount)
    writer.long(5, offset)
    writer.long(6, chunks.reduce(0) { $0 + $1.byteCount })
  }
}

/// What footer and page index say of a chunk that has been written; its bytes are gone.
struct WrittenChunk {
  private let leaf: WriterSchema.WriterLeaf
  private let offset: Int
  private let entryCount: Int
  private let dictionaryByteCount: Int?
  private let pages: [EncodedChunk.Page]
  let byteCount: Int
  let uncompressedBytes: Int
  var columnIndexPlace: Range<Int>?
  var offsetIndexPlace = 0..<0

  init(_ chunk: EncodedChunk, offset: Int) {
    leaf = chunk.leaf
    self.offset = offset
    entryCount = chunk.entryCount
    dictionaryByteCount = chunk.dictionaryByteCount
    pages = chunk.pages
    byteCount = chunk.bytes.count
    uncompressedBytes = chunk.uncompressedBytes
  }

  private var format: ColumnFormat { leaf.format }

  // MARK: Footer

  func write(to writer: inout CompactWriter) {
    writer.long(2, 0)
    writer.structure(3) { writeMetadata(to: &$0) }
    writer.long(4, offsetIndexPlace.lowerBound)
    writer.integer(5, offsetIndexPlace.count)
    if let columnIndexPlace {
      writer.long(6, columnIndexPlace.lowerBound)
      writer.integer(7, columnIndexPlace.count)
    }
  }

  private func writeMetadata(to writer: inout CompactWriter) {
    writer.integer(1, format.type.physicalType.rawValue)
    writer.integers(2, encodings)
    writer.strings(3, leaf.path)
    writer.integer(4, format.codec.parquetNumber)
    writer.long(5, entryCount)
    writer.long(6, uncompressedBytes)
    writer.long(7, byteCount)
    writer.long(9, offset + (pages.first?.offset ?? 0))
    if dictionaryByteCount != nil { writer.long(11, offset) }
    let bounds = chunkBounds
    writer.structure(12) { statistics in
      statistics.long(3, pages.reduce(0) { $0 + $1.nullCount })
      if let bounds {
        let (least, greatest) = bounds.encoded(is32Bit: format.type.is32Bit)
        statistics.binary(5, greatest)
        statistics.binary(6, least)
        if case .bytes(let exactLeast, let exactGreatest) = bounds {
          statistics.boolean(7, greatest == exactGreatest)
          statistics.boolean(8, least == exactLeast)
        }
      }
    }
    writeEncodingStatistics(to: &writer)
  }

  private func writeEncodingStatistics(to writer: inout CompactWriter) {
    var counts = [(page: 3, encoding: format.pageEncoding.rawValue, count: pages.count)]
    if dictionaryByteCount != nil { counts.insert((2, PageEncoding.plain.rawValue, 1), at: 0) }
    writer.structures(13, counts) { writer, entry in
      writer.integer(1, entry.page)
      writer.integer(2, entry.encoding)
      writer.integer(3, entry.count)
    }
  }

  private var encodings: [Int] {
    var numbers: Set<Int> = [format.pageEncoding.rawValue]
    if dictionaryByteCount != nil { numbers.insert(PageEncoding.plain.rawValue) }
    if leaf.path.count > 1 || format.repetition != .required {
      numbers.insert(PageEncoding.rle.rawValue)
    }
    return numbers.sorted()
  }

  /// nil if some page with values has none.
  private var chunkBounds: ValueBounds? {
    var result: ValueBounds?
    for page in pages where !page.isAllNull {
      guard let bounds = page.bounds else { return nil }
      result = result?.union(bounds) ?? bounds
    }
    return result
  }

  // MARK: Page index

  /// nil where some page has values but no bounds: no index is better than a wrong one. Columns
  /// that never have bounds say so with empty ones.
  func columnIndex() -> [UInt8]? {
    let hasUnknown = pages.contains { !$0.isAllNull && $0.bounds == nil }
    if hasUnknown, format.hasBounds { return nil }
    let filler = format.hasBounds ? ValueBounds.filler(format.type) : []
    let ends = pages.map { $0.bounds?.encoded(is32Bit: format.type.is32Bit) ?? (filler, filler) }
    let order = hasUnknown ? 0 : boundaryOrder
    var writer = CompactWriter()
    writer.structure { index in
      index.booleans(1, pages.map { format.hasBounds && $0.isAllNull })
      index.binaries(2, ends.map(\.0))
      index.binaries(3, ends.map(\.1))
      index.integer(4, order)
      index.longs(5, pages.map(\.nullCount))
    }
    return writer.bytes
  }

  func offsetIndex() -> [UInt8] {
    var writer = CompactWriter()
    writer.structure { index in
      index.structures(1, pages) { writer, page in
        writer.long(1, offset + page.offset)
        writer.integer(2, page.byteCount)
        writer.long(3, page.firstRow)
      }
    }
    return writer.bytes
  }

  /// 1 ascending, 2 descending, 0 neither. Pages of nulls stand between the others without bounds,
  /// which readers that search by halving do not expect: with one of them the order is "neither".
  private var boundaryOrder: Int {
    let bounds = pages.compactMap(\.bounds)
    guard bounds.count == pages.count, pages.count > 1 else { return 0 }
    let pairs = zip(bounds, bounds.dropFirst())
    if pairs.allSatisfy({ $0.isNotAbove($1) }) { return 1 }
    if pairs.allSatisfy({ $1.isNotAbove($0) }) { return 2 }
    return 0
  }
}

extension ValueBounds {
  /// Whether neither end lies above the same end of `other`.
  fileprivate func isNotAbove(_ other: ValueBounds) -> Bool {
    switch (self, other) {
    case (.integer(let a), .integer(let b)):
      a.lowerBound <= b.lowerBound && a.upperBound <= b.upperBound
    case (.double(let a), .double(let b)):
      a.lowerBound <= b.lowerBound && a.upperBound <= b.upperBound
    case (.bool(let a, let b), .bool(let c, let d)): a <= c && b <= d
    case (.bytes(let a, let b), .bytes(let c, let d)):
      !c.lexicographicallyPrecedes(a) && !d.lexicographicallyPrecedes(b)
    default: false
    }
  }
}

extension Codec {
  /// Parquet's number of the format.
  fileprivate var parquetNumber: Int {
    switch self {
    case .uncompressed: 0
    case .snappy: 1
    case .gzip: 2
    case .zstd: 6
    case .lz4Raw: 7
    }
  }
}
