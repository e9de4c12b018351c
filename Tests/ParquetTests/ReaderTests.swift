import Columns
import Parquet
import Testing

/// What is read, when, and how often.
@Suite struct ReaderTests {
  let cache = BoundedCache(capacityBytes: 1 << 20)

  private func open(
    _ name: String, hint: Int? = nil
  ) throws -> (ParquetFile, CountingByteSource) {
    let source = CountingByteSource(try GoldenFile.read(name + ".parquet"))
    let file = try ParquetFile(source: source, name: name, footerBytesHint: hint, cache: cache)
    return (file, source)
  }

  @Test func footerIsOneReadWithTheRightHint() throws {
    let (first, _) = try open("nested-index-v2")
    let (_, source) = try open("nested-index-v2", hint: first.footerBytes)
    let size = source.byteCount
    #expect(source.takeReads() == [size - 8 - first.footerBytes..<size])
  }

  @Test func footerIsTwoReadsWithAHintTooSmall() throws {
    let (file, source) = try open("nested-index-v2", hint: 100)
    let start = source.byteCount - 8 - file.footerBytes
    #expect(source.takeReads().map(\.lowerBound).min() == start)
    #expect(file.rowGroups.map(\.rowCount) == [25, 25, 10])
    #expect(file.rowGroups.map(\.rowStart) == [0, 25, 50])
  }

  @Test func onlyPagesWithSelectedRowsAreFetched() throws {
    let (file, source) = try open("nested-index-v2")
    let leaf = try #require(file.leaf(named: "numbers"))
    let column = file.column(leaf, rowGroup: 0)
    let pages = try column.pages().pages
    #expect(pages.count > 2)
    _ = try column.dictionary()
    let last = try #require(pages.last)
    _ = source.takeReads()
    let statistics = ReadStatistics()
    _ = try column.read(rows: RowRuns(24..<25), owner: .row, statistics: statistics)
    // The dictionary of doubles is read once and then cached, as are the page indexes.
    let reads = source.takeReads().filter { $0.lowerBound >= pages[0].offset }
    #expect(reads == [last.offset..<last.offset + last.byteCount])
    #expect(statistics.pagesRead == 1)
  }

  @Test func neighbouringPagesAreOneRead() throws {
    let (file, source) = try open("nested-index-v2")
    let leaf = try #require(file.leaf(named: "numbers"))
    let column = file.column(leaf, rowGroup: 0)
    let pages = try column.pages().pages
    let rows = RowRuns(0..<25)
    _ = try column.read(rows: rows, owner: .row, statistics: ReadStatistics())
    _ = source.takeReads()
    let statistics = ReadStatistics()
    _ = try column.read(rows: rows, owner: .row, statistics: statistics)
    let end = try #require(pages.last.map { $0.offset + $0.byteCount })
    #expect(source.takeReads() == [pages[0].offset..<end])
    #expect(statistics.pagesRead == pages.count)
    #expect(statistics.bytesRead == end - pages[0].offset)
  }

  @Test func version1PagesMaySplitRows() throws {
    let (file, _) = try open("split-rows")
    let leaf = try #require(file.leaf(named: "numbers"))
    let pages = try file.column(leaf, rowGroup: 0).pages().pages
    #expect(pages.map(\.startsMidRow) == [false, true, true, false, true])
    #expect(pages.map(\.rowCount) == [1, 0, 1, 2, 0])
  }

  @Test func boundsPrunePages() throws {
    let (file, _) = try open("nested-index-v2")
    let leaf = try #require(file.leaf(named: "id"))
    let column = file.column(leaf, rowGroup: 1)
    #expect(column.bounds == .int64(25...49))
    let statistics = ReadStatistics()
    let found = try column.rows(
      matching: .int64(49...100), in: RowRuns(0..<25), statistics: statistics)
    #expect(found.rows() == [24])
    #expect(statistics.pagesRead == 1)
    #expect(statistics.pagesPruned == (try column.pages().pages.count) - 1)
  }

  @Test func dictionaryCodingIsKnownPageByPage() throws {
    let (whole, _) = try open("flat-dictionary-v2")
    let (mixed, _) = try open("flat-mixed-v2")
    for (file, expected) in [(whole, true), (mixed, false)] {
      let column = file.column(try #require(file.leaf(named: "text")), rowGroup: 0)
      #expect(try column.isFullyDictionaryCoded() == expected)
      let read = try column.readRequired(
        rows: RowRuns(0..<column.rowCount),
        expectedCount: column.chunk.valueCount - (column.chunk.nullCount ?? 0),
        statistics: ReadStatistics())
      guard case .text(let text) = read else {
        Issue.record("text expected")
        return
      }
      #expect(text.isDistinct == expected)
    }
  }

  /// Entries as pyarrow lists those of the first row group.
  @Test func dictionariesAreLookedThroughBeforeTheyAreKept() throws {
    let long = String(repeating: "x", count: 40)
    for wanted in ["0", "a1", "größe0", "payment service1", long + "2"] {
      let (file, _) = try open("flat-dictionary-v2")
      let column = file.column(try #require(file.leaf(named: "text")), rowGroup: 0)
      #expect(try !column.dictionaryLacks(Array(wanted.utf8), statistics: ReadStatistics()))
    }
    for absent in ["", "1", "a", "größe1", "payment service", long, long + "3"] {
      let (file, source) = try open("flat-dictionary-v2")
      let column = file.column(try #require(file.leaf(named: "text")), rowGroup: 0)
      _ = source.takeReads()
      #expect(try column.dictionaryLacks(Array(absent.utf8), statistics: ReadStatistics()))
      #expect(source.takeReads().count == 1)
      #expect(try column.dictionaryLacks(Array(absent.utf8), statistics: ReadStatistics()))
      #expect(source.takeReads().isEmpty, "what is not there is remembered")
      // The second text asked for: not certain before the table is there.
      #expect(try !column.dictionaryLacks(Array("b".utf8), statistics: ReadStatistics()))
      #expect(try column.dictionary()?.count == 13)
    }
  }

  @Test func cancellationIsSeenBeforeTheNextPage() throws {
    let (file, _) = try open("nested-index-v2")
    let column = file.column(file.leaves[0], rowGroup: 0)
    let statistics = ReadStatistics()
    statistics.cancel()
    let error = #expect(throws: ParquetError.self) {
      try column.read(rows: RowRuns(0..<25), owner: .row, statistics: statistics)
    }
    #expect(error?.kind == .cancelled)
    let hooked = ReadStatistics { true }
    #expect(throws: ParquetError.self) {
      try column.shape(rows: RowRuns(0..<25), depth: 0, statistics: hooked).isEmpty
        ? column.readRequired(rows: RowRuns(0..<25), expectedCount: 25, statistics: hooked).count
        : 0
    }
  }

  @Test func wrongExpectedCountIsDamage() throws {
    let (file, _) = try open("nested-index-v2")
    let column = file.column(file.leaves[0], rowGroup: 0)
    let error = #expect(throws: ParquetError.self) {
      try column.readRequired(
        rows: RowRuns(0..<25), expectedCount: 24, statistics: ReadStatistics())
    }
    #expect(error?.kind == .damaged)
    #expect(error?.column == "id")
  }

  @Test func otherFilesAreNotParquet() {
    for bytes in [[], Array("hello, this is no parquet file".utf8)] {
      let error = #expect(throws: ParquetError.self) {
        try ParquetFile(source: MemoryByteSource(bytes), name: "x", cache: cache)
      }
      #expect(error?.kind == .notParquet)
    }
  }

  @Test func missingFileSaysWhy() {
    let error = #expect(throws: ByteSourceError.self) {
      try FileByteSource(path: "/no/such/file")
    }
    #expect(error?.message == "cannot be opened: No such file or directory")
  }

  @Test func namesLeaveOutListsAndMaps() throws {
    let (file, _) = try open("nested-plain-v2")
    #expect(
      file.leaves.map(\.name) == [
        "id", "spans.name", "spans.attributes.key", "spans.attributes.values", "labels.key",
        "labels", "numbers",
      ])
    let values = try #require(file.leaf(named: "spans.attributes.values"))
    #expect(values.maxRepetition == 3)
    // Optional list, element, optional struct, and so on inwards.
    #expect(values.repeatedDefinitions == [2, 5, 8])
    #expect(values.maxDefinition == 9)
  }
}
