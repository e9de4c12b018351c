import Columns
import Compression

/// Decodes every page of a column chunk and holds what it finds against all that the file says of
/// it: counts, levels, checksums, bounds, dictionaries.
package struct ChunkVerifier {
  private let column: ColumnReader
  private let statistics: ReadStatistics
  private var report = ChunkReport()
  private let buffer = ByteBuffer()
  /// Which entries of the dictionary have been met.
  private var usedCodes: Bitmap?
  private var entryCount = 0
  private var nullCount = 0
  private var wrapsRound = false
  /// What the headers of the pages say of their values.
  private var pageStatistics: [PageStatistics?] = []

  /// Findings of one check that are told one by one; more of them are one sentence.
  private static let findingsPerCheckMax = 3

  package static func verify(
    _ column: ColumnReader, statistics: ReadStatistics
  ) throws(ParquetError) -> ChunkReport {
    var verifier = ChunkVerifier(column: column, statistics: statistics)
    do throws(ParquetError) {
      try verifier.run()
    } catch {
      guard error.kind != .cancelled else { throw error }
      let check = error.kind == .unsupported ? "unsupported" : "decode"
      verifier.found(.damage, check, at: error.offset, error.message)
    }
    return verifier.report
  }

  private init(column: ColumnReader, statistics: ReadStatistics) {
    self.column = column
    self.statistics = statistics
  }

  private mutating func found(
    _ severity: ChunkFinding.Severity, _ check: String, at offset: Int? = nil, _ message: String
  ) {
    let known = report.findings.count { $0.check == check }
    guard known <= Self.findingsPerCheckMax else { return }
    report.findings.append(
      ChunkFinding(
        severity: severity, check: check, offset: offset,
        message: known < Self.findingsPerCheckMax ? message : "and more of this"))
  }

  private mutating func run() throws(ParquetError) {
    let index = try column.pages()
    let dictionary = try checkDictionary()
    if case .text(let table)? = dictionary { usedCodes = Bitmap(count: table.count) }
    try checkPlaces(index)
    let loader = PageLoader(column: column, statistics: statistics)
    defer { withExtendedLifetime((loader, buffer)) {} }
    for number in index.pages.indices {
      let page = try loader.load(PageLoader.Task(page: index.pages[number], runs: nil))
      do throws(DecodingFailure) {
        let (values, nullCount) = try decode(page, loader, dictionary)
        check(values, of: number, in: index)
        check(values, nullCount, of: index.pages[number].offset, said: pageStatistics[number])
      } catch {
        found(.damage, "decode", at: index.pages[number].offset, error.message)
      }
      report.pageCount += 1
    }
    checkTotals()
    report.isFullyDictionaryCoded = try column.isFullyDictionaryCoded()
    checkEncodings()
    try checkNesting()
  }
}

// MARK: Pages

extension ChunkVerifier {
  /// Pages must follow each other without a gap, from the dictionary to the chunk's end.
  private mutating func checkPlaces(_ index: PageIndex) throws(ParquetError) {
    let reader = PageIndexReader(column: column, statistics: statistics)
    var end = column.chunk.byteRange.lowerBound
    if let offset = column.chunk.dictionaryPageOffset {
      let limit = column.chunk.byteRange.upperBound - offset
      let header = try reader.header(at: offset, limit: limit)
      try checkSum(header, offset)
      end = offset + header.headerBytes + header.compressedBytes
    }
    for page in index.pages {
      if page.offset != end {
        found(
          .damage, "page-places", at: page.offset,
          "a page begins here, the one before ends at \(end)")
      }
      let header = try reader.header(
        at: page.offset, limit: page.byteCount, readingStatistics: true)
      pageStatistics.append(header.statistics)
      if header.headerBytes + header.compressedBytes != page.byteCount {
        found(
          .damage, "page-places", at: page.offset,
          "a page of \(header.headerBytes + header.compressedBytes) bytes where the index says "
            + "\(page.byteCount)")
      } else {
        try checkSum(header, page.offset)
      }
      if header.entryCount == 0 {
        found(
          .damage, "empty-page", at: page.offset, "a page without entries, on which Tempo fails")
      }
      end = page.offset + page.byteCount
    }
    if end != column.chunk.byteRange.upperBound, !index.pages.isEmpty {
      found(.damage, "page-places", at: end, "the chunk goes on behind its last page")
    }
  }

  private mutating func checkSum(_ header: PageHeader, _ offset: Int) throws(ParquetError) {
    guard let stored = header.checksum else { return }
    let start = offset + header.headerBytes
    let body = try column.fetch(
      start..<start + header.compressedBytes, into: buffer, statistics: statistics)
    if Checksum.crc32(body.raw) != stored {
      found(.damage, "checksum", at: offset, "the page's bytes do not have the checksum it carries")
    }
  }

  /// Decodes levels and values of a page.
  private mutating func decode(
    _ page: LoadedPage, _ loader: PageLoader, _ dictionary: ChunkDictionary?
  ) throws(DecodingFailure) -> (values: ColumnValues, nullCount: Int) {
    // The decoders compare levels with their maximum, row starts and nulls with the header.
    let all = try loader.entries(of: page, wantsRepetition: true, wantsDefinition: true)
    entryCount += page.entryCount
    let pageNulls = page.entryCount - all.valueCount
    nullCount += pageNulls
    var collector = try ValueCollector(
      leaf: column.leaf, dictionary: dictionary, limits: column.file.limits,
      reserving: all.valueCount)
    try collector.append(page, count: all.valueCount, ranges: nil)
    guard collector.count == all.valueCount else {
      throw .malformed("\(collector.count) values where levels have \(all.valueCount)")
    }
    if column.leaf.physicalType == .boolean, page.encoding != .plain, all.valueCount > 0 {
      found(
        .damage, "boolean-encoding", at: page.task.page.offset,
        "booleans in \(page.encoding.name), which Tempo reads as false; PLAIN is right")
    }
    return (collector.finish(), pageNulls)
  }
}

// MARK: Values

extension ChunkVerifier {
  private mutating func check(_ values: ColumnValues, of number: Int, in index: PageIndex) {
    let offset = index.pages[number].offset
    if index.isNull.indices.contains(number), index.isNull[number], values.count > 0 {
      found(
        .damage, "bounds", at: offset, "a page said to hold only nulls has \(values.count) values")
    }
    if index.bounds.indices.contains(number), let bounds = index.bounds[number],
      !bounds.contains(values)
    {
      found(.damage, "bounds", at: offset, "a value lies outside the bounds of its page")
    }
    if let bounds = column.bounds, !bounds.contains(values) {
      found(.damage, "bounds", at: offset, "a value lies outside the bounds of its chunk")
    }
    switch values {
    case .int64(let numbers):
      if column.leaf.isUnsigned, column.leaf.physicalType == .int64 {
        wrapsRound = wrapsRound || numbers.contains { $0 < 0 }
      }
    case .text(let text):
      guard var used = usedCodes, text.isDistinct else { break }
      usedCodes = nil  // so that marking does not copy
      for code in text.codes where Int(code) < used.count { used[Int(code)] = true }
      usedCodes = used
    case .double, .bool: break
    }
  }

  /// Against the statistics in the page's own header.
  private mutating func check(
    _ values: ColumnValues, _ nullCount: Int, of offset: Int, said: PageStatistics?
  ) {
    guard let said else { return }
    if let nulls = said.nullCount, nulls != nullCount {
      found(
        .damage, "page-statistics", at: offset,
        "\(nullCount) nulls where the page's header says \(nulls)")
    }
    guard let minimum = said.minimum, let maximum = said.maximum,
      let bounds = PageBounds(minimum: minimum, maximum: maximum, leaf: column.leaf),
      !bounds.contains(values)
    else { return }
    found(
      .damage, "page-statistics", at: offset,
      "a value lies outside the bounds in the page's header")
  }

  private mutating func checkTotals() {
    let start = column.chunk.byteRange.lowerBound
    if entryCount != column.chunk.valueCount {
      found(
        .damage, "counts", at: start,
        "pages of \(entryCount) entries in a chunk of \(column.chunk.valueCount)")
    }
    if let nulls = column.chunk.nullCount, nulls != nullCount {
      found(.damage, "counts", at: start, "\(nullCount) nulls where the chunk says \(nulls)")
    }
    // Events may lie before their span; durations may not be negative.
    if wrapsRound, column.leaf.name.hasSuffix("DurationNano") {
      found(
        .warning, "wrapped-number", at: start,
        "numbers above 2^63, which Tempo takes for negative: its bounds then hide the chunk")
    }
    if let used = usedCodes, used.count > 0, used.populationCount < used.count {
      found(
        .warning, "unused-dictionary-entries", at: start,
        "\(used.count - used.populationCount) of \(used.count) dictionary entries occur in no row")
    }
  }

  private mutating func checkDictionary() throws(ParquetError) -> ChunkDictionary? {
    let dictionary = try column.chunkDictionary(statistics: statistics)
    guard case .text(let table)? = dictionary else { return dictionary }
    var known: Set<[UInt8]> = []
    for index in 0..<table.count {
      if index % 4_096 == 0, statistics.isCancelled {
        throw column.error(.cancelled, "cancelled")
      }
      if known.insert(table.bytes(at: index)).inserted { continue }
      found(
        .warning, "repeated-dictionary-entry", at: column.chunk.dictionaryPageOffset,
        "entry \(index) of the dictionary is there twice")
    }
    return dictionary
  }

  private mutating func checkEncodings() {
    guard column.chunk.hasDictionary, !report.isFullyDictionaryCoded, report.pageCount > 0 else {
      return
    }
    found(
      .damage, "mixed-encodings", at: column.chunk.byteRange.lowerBound,
      "some pages use the dictionary and some do not: Tempo takes it for all values there are")
  }

  private mutating func checkNesting() throws(ParquetError) {
    let depth = column.leaf.maxRepetition
    guard depth > 0, column.rowCount > 0 else { return }
    let shape = try column.shape(
      rows: RowRuns(0..<column.rowCount), depth: depth, statistics: statistics)
    report.nesting = shape.map { offsets in
      offsets.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    }
  }
}

extension PageBounds {
  /// Whether every value lies within; values of another type than the bounds do not.
  fileprivate func contains(_ values: ColumnValues) -> Bool {
    switch (self, values) {
    case (.int64(let bounds), .int64(let numbers)): numbers.allSatisfy(bounds.contains)
    case (.int64(let bounds), .bool(let flags)):
      flags.allSatisfy { bounds.contains(Int64($0)) }
    case (.double(let bounds), .double(let numbers)):
      numbers.allSatisfy { $0.isNaN || bounds.contains($0) }
    case (.bytes(let minimum, let maximum), .text(let text)):
      Set(text.codes).allSatisfy { code in
        let bytes = text.table.bytes[text.table.range(of: Int(code))]
        return !bytes.lexicographicallyPrecedes(minimum)
          && !maximum.lexicographicallyPrecedes(bytes)
      }
    default: values.count == 0
    }
  }
}
