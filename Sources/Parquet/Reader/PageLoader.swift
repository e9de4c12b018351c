import Columns
import Compression

/// One data page in memory, cut into its parts. Valid until the loader loads the next one.
struct LoadedPage {
  let task: PageLoader.Task
  let header: PageHeader
  let encoding: PageEncoding
  let repetition: PaddedBytes
  let definition: PaddedBytes
  /// As stored, until somebody wants them, where pages are read for their levels first.
  var values: PaddedBytes
  var entryCount: Int { header.entryCount }
}

/// Fetches the pages that hold selected rows, neighbours in one read, and decompresses them into
/// memory that is used again.
final class PageLoader {
  /// A page and which of its rows are wanted; nil = all.
  struct Task {
    var page: PageIndex.Page
    /// Rows of the row group, all within the page.
    var runs: [Range<Int>]?
  }

  /// Neighbouring pages are fetched together up to so many bytes: what was read is still in the
  /// processor's cache when it is decoded, and a call costs little beside copying so much.
  private static let readBytesMax = 256 << 10
  /// Bytes between two wanted pages that are read and thrown away rather than read around.
  private static let gapBytesMax = 16 << 10

  let column: ColumnReader
  let statistics: ReadStatistics?
  private let fetched = ByteBuffer()
  /// What of the file is in `fetched`.
  private var fetchedRange = 0..<0
  private let decompressed = ByteBuffer()
  let repetitionBuffer = ByteBuffer()
  let definitionBuffer = ByteBuffer()
  let valuesBefore = ByteBuffer()
  /// Memory the buffers were charged with; they never shrink.
  private var chargedBytes = 0

  init(column: ColumnReader, statistics: ReadStatistics?) {
    self.column = column
    self.statistics = statistics
  }

  deinit { statistics?.giveMemory(chargedBytes) }

  /// The pages that hold rows of `rows`, in order.
  func tasks(for rows: RowRuns) throws(ParquetError) -> [Task] {
    precondition(rows.bounds.upperBound <= column.rowCount, "rows of this row group")
    guard !rows.isEmpty else { return [] }
    let pages = try column.pages(statistics: statistics).pages
    var tasks: [Task] = []
    var firstRange = 0
    for page in pages where !page.rows.isEmpty {
      let span = page.rows
      while firstRange < rows.ranges.count, rows.ranges[firstRange].upperBound <= span.lowerBound {
        firstRange += 1
      }
      guard firstRange < rows.ranges.count else { break }
      var runs: [Range<Int>] = []
      var i = firstRange
      while i < rows.ranges.count, rows.ranges[i].lowerBound < span.upperBound {
        runs.append(rows.ranges[i].clamped(to: span))
        i += 1
      }
      if runs.isEmpty { continue }
      tasks.append(Task(page: page, runs: runs == [span] ? nil : runs))
    }
    return tasks
  }

  /// Calls `body` with every page that holds rows of `rows`. `withValues`: false where few pages
  /// have values that are wanted, which `withValues(_:)` then makes readable.
  func forEachPage(
    of rows: RowRuns, withValues: Bool = true,
    _ body: (LoadedPage) throws(DecodingFailure) -> Void
  ) throws(ParquetError) {
    let tasks = try tasks(for: rows)
    for i in tasks.indices {
      let page = try load(tasks[i], followedBy: tasks[(i + 1)...], withValues: withValues)
      do {
        try body(page)
      } catch {
        throw column.error(error, at: page.task.page.offset)
      }
    }
  }

  /// Loads a page; `next` are the pages that will be wanted after it.
  func load(
    _ task: Task, followedBy next: ArraySlice<Task> = [], withValues: Bool = true
  ) throws(ParquetError) -> LoadedPage {
    if statistics?.isCancelled == true { throw column.error(.cancelled, "cancelled") }
    let offset = task.page.offset
    let bytes = try bytes(of: task.page, followedBy: next)
    do throws(DecodingFailure) {
      let header = try PageHeader(bytes, column.file.limits)
      guard header.isData else { throw .malformed("not a data page") }
      guard header.entryCount <= column.chunk.valueCount else {
        throw .malformed("a page with more entries than its chunk")
      }
      guard let encoding = PageEncoding(rawValue: header.encodingNumber) else {
        throw .unsupported("encoding \(header.encodingNumber)")
      }
      let body = try bytes.slice(header.headerBytes, header.compressedBytes)
      try charge(for: header)
      statistics?.addPages(1)
      return header.kind == .dataV2
        ? try version2(task, header, encoding, body, withValues)
        : try version1(task, header, encoding, body)
    } catch {
      throw column.error(error, at: offset)
    }
  }

  /// Takes memory for the buffers a page needs, before a claim of many entries is believed.
  private func charge(for header: PageHeader) throws(DecodingFailure) {
    // Two levels and one decoded value an entry.
    let bytes = fetched.capacity + header.uncompressedBytes + header.entryCount * 10
    guard bytes > chargedBytes else { return }
    try statistics?.charge(bytes - chargedBytes)
    chargedBytes = bytes
  }

  private func bytes(
    of page: PageIndex.Page, followedBy next: ArraySlice<Task>
  ) throws(ParquetError) -> PaddedBytes {
    let range = page.offset..<page.offset + page.byteCount
    if range.lowerBound < fetchedRange.lowerBound || range.upperBound > fetchedRange.upperBound {
      var end = range.upperBound
      for task in next {
        let nextEnd = task.page.offset + task.page.byteCount
        guard task.page.offset - end <= Self.gapBytesMax,
          nextEnd - range.lowerBound <= Self.readBytesMax
        else { break }
        end = nextEnd
      }
      fetchedRange = 0..<0
      _ = try column.fetch(range.lowerBound..<end, into: fetched, statistics: statistics)
      fetchedRange = range.lowerBound..<end
    }
    return fetched.view(range.lowerBound - fetchedRange.lowerBound, range.count)
  }
}

// MARK: Parts of a page

extension PageLoader {
  /// Levels stand outside the compressed part, with lengths in the header.
  private func version2(
    _ task: Task, _ header: PageHeader, _ encoding: PageEncoding, _ body: PaddedBytes,
    _ withValues: Bool
  ) throws(DecodingFailure) -> LoadedPage {
    guard header.rowCount == task.page.rowCount else {
      throw .malformed(
        "a page of \(header.rowCount) rows where the index says \(task.page.rowCount)")
    }
    let leaf = column.leaf
    guard leaf.maxRepetition > 0 || header.entryCount == header.rowCount else {
      throw .malformed("\(header.entryCount) entries for \(header.rowCount) rows")
    }
    guard leaf.maxDefinition > 0 || header.nullCount == 0 else {
      throw .malformed("nulls in a required column")
    }
    let levelBytes = header.repetitionBytes + header.definitionBytes
    let page = LoadedPage(
      task: task, header: header, encoding: encoding,
      repetition: try body.slice(0, header.repetitionBytes),
      definition: try body.slice(header.repetitionBytes, header.definitionBytes),
      values: try body.dropFirst(levelBytes))
    return withValues ? try self.withValues(page) : page
  }

  /// A page that was loaded without values, with them.
  func withValues(_ page: LoadedPage) throws(DecodingFailure) -> LoadedPage {
    let header = page.header
    guard header.kind == .dataV2, header.isCompressed else { return page }
    var page = page
    page.values = try values(
      page.values, header.uncompressedBytes - header.repetitionBytes - header.definitionBytes,
      page.task.page.offset)
    return page
  }

  /// Levels are compressed together with the values, each with its length in front.
  private func version1(
    _ task: Task, _ header: PageHeader, _ encoding: PageEncoding, _ body: PaddedBytes
  ) throws(DecodingFailure) -> LoadedPage {
    let whole = try values(body, header.uncompressedBytes, task.page.offset)
    let leaf = column.leaf
    var position = 0
    func levels(_ maximum: Int, _ encoding: Int) throws(DecodingFailure) -> PaddedBytes {
      guard maximum > 0, whole.count > 0 || header.entryCount > 0 else {
        return PaddedBytes(base: whole.base, count: 0)
      }
      guard encoding == PageEncoding.rle.rawValue else {
        throw .unsupported("bit-packed levels")
      }
      let length = try whole.length(at: position)
      let bytes = try whole.slice(position + 4, length)
      position += 4 + length
      return bytes
    }
    let repetition = try levels(leaf.maxRepetition, header.repetitionEncoding)
    let definition = try levels(leaf.maxDefinition, header.definitionEncoding)
    return LoadedPage(
      task: task, header: header, encoding: encoding, repetition: repetition,
      definition: definition, values: try whole.dropFirst(position))
  }

  private func values(
    _ stored: PaddedBytes, _ byteCount: Int, _ offset: Int
  ) throws(DecodingFailure) -> PaddedBytes {
    do throws(ParquetError) {
      return try column.decompress(stored, to: byteCount, at: offset, into: decompressed)
    } catch {
      throw DecodingFailure(error.kind == .unsupported ? .unsupported : .malformed, error.message)
    }
  }

  /// The repetition level of every entry; valid until those of the next page.
  func repetitionLevels(of page: LoadedPage) throws(ParquetError) -> UnsafePointer<UInt8> {
    do {
      return try repetition(page)
    } catch {
      throw column.error(error, at: page.task.page.offset)
    }
  }

  func repetition(_ page: LoadedPage) throws(DecodingFailure) -> UnsafePointer<UInt8> {
    UnsafePointer(try repetitionToWrite(page))
  }

  func repetitionToWrite(
    _ page: LoadedPage
  ) throws(DecodingFailure) -> UnsafeMutablePointer<UInt8> {
    let levels = repetitionBuffer.room(for: page.entryCount + 8, of: UInt8.self)
    try HybridRuns.levels(
      page.repetition, maximum: column.leaf.maxRepetition, count: page.entryCount, into: levels)
    return levels
  }

  /// The definition level of every entry; valid until those of the next page.
  func definition(_ page: LoadedPage) throws(DecodingFailure) -> UnsafePointer<UInt8> {
    let levels = definitionBuffer.room(for: page.entryCount + 8, of: UInt8.self)
    try HybridRuns.levels(
      page.definition, maximum: column.leaf.maxDefinition, count: page.entryCount, into: levels)
    return UnsafePointer(levels)
  }
}
