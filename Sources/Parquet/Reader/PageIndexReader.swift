/// Finds the data pages of a chunk: in the page index, or header by header.
struct PageIndexReader {
  let column: ColumnReader
  let statistics: ReadStatistics?

  /// First guess at the length of a page header; headers with long statistics need more reads.
  private static let headerGuessBytes = 4 << 10

  func read() throws(ParquetError) -> PageIndex {
    let chunk = column.chunk
    if chunk.valueCount == 0 && chunk.compressedBytes == 0 {
      guard column.rowCount == 0 else {
        throw column.error(.damaged, "an empty chunk in a group of \(column.rowCount) rows")
      }
      return PageIndex(pages: [], bounds: [], isNull: [])
    }
    guard chunk.offsetIndexBytes > 0 else { return try walk() }
    var index = PageIndex(pages: try offsetIndex(), bounds: [], isNull: [])
    if chunk.columnIndexBytes > 0 { try addColumnIndex(&index) }
    return index
  }

  // MARK: Page index

  private func offsetIndex() throws(ParquetError) -> [PageIndex.Page] {
    let chunk = column.chunk
    let start = chunk.offsetIndexOffset
    let buffer = ByteBuffer()
    defer { withExtendedLifetime(buffer) {} }
    let bytes = try column.fetch(
      start..<start + chunk.offsetIndexBytes, into: buffer, statistics: statistics)
    do throws(DecodingFailure) {
      var pages = try pageLocations(bytes)
      try finish(&pages)
      return pages
    } catch {
      throw column.error(error, at: start)
    }
  }

  private func pageLocations(
    _ bytes: PaddedBytes
  ) throws(DecodingFailure) -> [PageIndex.Page] {
    var pages: [PageIndex.Page] = []
    var reader = CompactReader(bytes, nestingMax: column.file.limits.metadataNestingMax)
    try reader.beginStructure()
    var id = 0
    while let type = try reader.nextField(&id) {
      guard id == 1 else {
        try reader.skip(type)
        continue
      }
      for _ in 0..<(try reader.list(type, of: .structure)) {
        var page = PageIndex.Page(offset: 0, byteCount: 0, firstRow: 0, rowCount: 0)
        try reader.beginStructure()
        var id = 0
        while let type = try reader.nextField(&id) {
          switch id {
          case 1: page.offset = try reader.count(type)
          case 2: page.byteCount = try reader.count(type)
          case 3: page.firstRow = try reader.count(type)
          default: try reader.skip(type)
          }
        }
        pages.append(page)
      }
    }
    return pages
  }

  /// Checks order and places, and fills in the row counts.
  private func finish(_ pages: inout [PageIndex.Page]) throws(DecodingFailure) {
    let chunk = column.chunk.byteRange
    var end = chunk.lowerBound
    for i in pages.indices {
      let next = i + 1 < pages.count ? pages[i + 1].firstRow : column.rowCount
      guard pages[i].firstRow <= next, next <= column.rowCount else {
        throw .malformed("pages that are not in row order")
      }
      pages[i].rowCount = next - pages[i].firstRow
      guard pages[i].offset >= end, pages[i].offset <= chunk.upperBound,
        pages[i].byteCount <= chunk.upperBound - pages[i].offset, pages[i].byteCount > 0
      else { throw .malformed("a page outside its chunk") }
      end = pages[i].offset + pages[i].byteCount
    }
    guard pages.first?.firstRow ?? column.rowCount == 0 else {
      throw .malformed("rows before the first page")
    }
  }

  private func addColumnIndex(_ index: inout PageIndex) throws(ParquetError) {
    let start = column.chunk.columnIndexOffset
    let buffer = ByteBuffer()
    defer { withExtendedLifetime(buffer) {} }
    let bytes = try column.fetch(
      start..<start + column.chunk.columnIndexBytes, into: buffer, statistics: statistics)
    do throws(DecodingFailure) {
      try readColumnIndex(bytes, into: &index)
    } catch {
      throw column.error(error, at: start)
    }
  }

  private func readColumnIndex(
    _ bytes: PaddedBytes, into index: inout PageIndex
  ) throws(DecodingFailure) {
    var isNull: [Bool] = []
    var minima: [CompactReader.Extent] = []
    var maxima: [CompactReader.Extent] = []
    var reader = CompactReader(bytes, nestingMax: column.file.limits.metadataNestingMax)
    try reader.beginStructure()
    var id = 0
    while let type = try reader.nextField(&id) {
      switch id {
      case 1:
        let count = try reader.list(type, of: .booleanTrue)
        for _ in 0..<count { isNull.append(try reader.booleanElement()) }
      case 2:
        let count = try reader.list(type, of: .binary)
        for _ in 0..<count { minima.append(try reader.binaryElement()) }
      case 3:
        let count = try reader.list(type, of: .binary)
        for _ in 0..<count { maxima.append(try reader.binaryElement()) }
      default: try reader.skip(type)
      }
    }
    let count = index.pages.count
    guard isNull.count == count, minima.count == count, maxima.count == count else {
      throw .malformed("a column index for another number of pages")
    }
    index.isNull = isNull
    index.bounds = (0..<count).map { page in
      isNull[page]
        ? nil
        : PageBounds(
          minimum: reader.bytes(at: minima[page]), maximum: reader.bytes(at: maxima[page]),
          leaf: column.leaf)
    }
  }

  // MARK: Page headers

  /// The header at `offset`, of which at most `limit` bytes lie there; reads more until it fits.
  func header(
    at offset: Int, limit: Int, readingStatistics: Bool = false
  ) throws(ParquetError) -> PageHeader {
    let buffer = ByteBuffer()
    defer { withExtendedLifetime(buffer) {} }
    var window = min(limit, Self.headerGuessBytes)
    while true {  // the window grows to the limit
      let bytes = try column.fetch(
        offset..<offset + window, into: buffer, statistics: statistics)
      do throws(DecodingFailure) {
        return try PageHeader(
          bytes, column.file.limits, readingStatistics: readingStatistics)
      } catch {
        guard error.kind == .truncated, window < limit else {
          throw column.error(error, at: offset)
        }
      }
      window = min(limit, window * 8)
    }
  }

  /// Whether all these pages are dictionary coded, by their headers.
  func allDictionaryCoded(_ pages: [PageIndex.Page]) throws(ParquetError) -> Bool {
    for page in pages {
      let header = try header(at: page.offset, limit: page.byteCount)
      guard PageEncoding(rawValue: header.encodingNumber)?.isDictionary == true else {
        return false
      }
    }
    return true
  }

  /// Goes from header to header through the chunk.
  private func walk() throws(ParquetError) -> PageIndex {
    let chunk = column.chunk
    let end = chunk.byteRange.upperBound
    var offset = chunk.byteRange.lowerBound
    var pages: [PageIndex.Page] = []
    var allDictionary = true
    var entries = 0
    var row = 0
    while offset < end && entries < chunk.valueCount {
      if statistics?.isCancelled == true { throw column.error(.cancelled, "cancelled") }
      let header = try header(at: offset, limit: end - offset)
      let byteCount = header.headerBytes + header.compressedBytes
      guard byteCount <= end - offset else {
        throw column.error(.damaged, at: offset, "a page that goes beyond its chunk")
      }
      if header.isData {
        var page = PageIndex.Page(
          offset: offset, byteCount: byteCount, firstRow: row, rowCount: 0)
        try countRows(&page, header)
        pages.append(page)
        row += page.rowCount
        entries += header.entryCount
        if PageEncoding(rawValue: header.encodingNumber)?.isDictionary != true {
          allDictionary = false
        }
      }
      offset += byteCount
    }
    guard row == column.rowCount, entries == chunk.valueCount else {
      throw column.error(
        .damaged, at: chunk.byteRange.lowerBound,
        "pages of \(row) rows and \(entries) entries in a chunk of \(column.rowCount) rows and "
          + "\(chunk.valueCount) entries")
    }
    return PageIndex(
      pages: pages, bounds: [], isNull: [], isFullyDictionaryCoded: allDictionary)
  }

  /// Version 1 pages of repeated columns do not say how many rows they have: their levels do.
  private func countRows(
    _ page: inout PageIndex.Page, _ header: PageHeader
  ) throws(ParquetError) {
    if header.kind == .dataV2 {
      page.rowCount = header.rowCount
      return
    }
    guard column.leaf.maxRepetition > 0 else {
      page.rowCount = header.entryCount
      return
    }
    let loader = PageLoader(column: column, statistics: statistics)
    defer { withExtendedLifetime(loader) {} }
    let loaded = try loader.load(PageLoader.Task(page: page, runs: nil))
    let levels = try loader.repetitionLevels(of: loaded)
    page.rowCount = LevelScan.rowStarts(levels, count: header.entryCount)
    // A page without entries is counted to the row before it, so that pages stay in row order.
    page.startsMidRow = page.firstRow > 0 && (header.entryCount == 0 || levels[0] != 0)
  }
}
