import Columns
import Parquet
import Storage
import Synchronization

/// Finds the trace IDs that stand in more than one row of a set of files.
///
/// IDs are looked at one range at a time, page by page: what that takes does not depend on how many
/// files there are, and a range fits into the processor's cache. Of an ID, 32 bits of its hash are
/// remembered; pages are read again only for IDs whose bits were met twice.
struct RepeatedTraces: Sendable {
  let sources: [ScanSource]
  let statistics: ReadStatistics

  /// An ID and where it stands, in the order of the sources.
  struct Group: Sendable {
    var key: TraceKey
    var fragments: [SharedTrace.Fragment]
  }

  private struct Entry: Sendable {
    var key: TraceKey
    var fragment: SharedTrace.Fragment
  }

  /// Traces of a range.
  private static let rangeTraces = 256 << 10
  /// Every range reads the pages at its ends once more than one range for all would: so many are
  /// enough, unless a range would have more traces than a query has memory for.
  private static let rangesEnough = 32
  private static let rangeTracesMax = 4 << 20

  /// Every repeated trace, by ID.
  func groups(threadCount: Int) async throws(StorageError) -> [Group] {
    let pages = try await pages(threadCount)
    if let groups = try await groups(IDRange.split(pages, into: rangeCount(threadCount))) {
      return groups
    }
    // Some IDs are not as long as they should be: then the bounds of pages say nothing.
    let unbounded = pages.map { IDPage(source: $0.source, rowGroup: $0.rowGroup, rows: $0.rows) }
    return try await groups([IDRange(from: nil, to: nil, pages: unbounded)], acceptsAny: true) ?? []

    func groups(
      _ ranges: [IDRange], acceptsAny: Bool = false
    ) async throws(StorageError) -> [Group]? {
      let found = Mutex([[Group]?](repeating: nil, count: ranges.count))
      let seed = TraceKey.HashSeed()
      try await WorkQueue.forEach(ranges.count, threadCount) { index throws(StorageError) in
        let groups = try self.groups(in: ranges[index], seed, acceptsAny: acceptsAny)
        found.withLock { $0[index] = groups }
      }
      let groups = found.withLock { $0 }
      return groups.contains { $0 == nil } ? nil : groups.compactMap(\.self).flatMap(\.self)
    }
  }

  private func rangeCount(_ threadCount: Int) -> Int {
    let traces = sources.reduce(0) { $0 + $1.file.file.rowCount }
    let most = max(Self.rangesEnough, traces / Self.rangeTracesMax)
    return min(max(threadCount, traces / Self.rangeTraces), most)
  }

  /// Where IDs stand, in the order of the sources.
  private func pages(_ threadCount: Int) async throws(StorageError) -> [IDPage] {
    let found = Mutex([[IDPage]](repeating: [], count: sources.count))
    try await WorkQueue.forEach(sources.count, threadCount) { index throws(StorageError) in
      var pages: [IDPage] = []
      for rowGroup in sources[index].rowGroups {
        pages += try IDPage.pages(try column(index, rowGroup), source: index)
      }
      found.withLock { $0[index] = pages }
    }
    return found.withLock { $0.flatMap(\.self) }
  }

  /// The repeated traces of a range; nil if there are IDs of other than 16 bytes.
  private func groups(
    in range: IDRange, _ seed: TraceKey.HashSeed, acceptsAny: Bool
  ) throws(StorageError) -> [Group]? {
    // Footers say how many traces there are; nothing else has borne them out yet.
    let count = range.pages.reduce(0) { $0 + $1.rows.count }
    let memory = KeyTags.memoryBytes(expecting: count)
    guard statistics.takeMemory(memory) else { throw tooManyTraces() }
    defer { statistics.giveMemory(memory) }
    var tags = KeyTags(expecting: count, seed: seed)
    var metAgain: [TraceKey] = []
    let statistics = statistics.part()
    for page in range.pages {
      let isRegular = try forEachKey(in: page, statistics) { key, _ in
        if range.contains(key), tags.insert(key) { metAgain.append(key) }
      }
      guard isRegular || acceptsAny else { return nil }
    }
    if metAgain.isEmpty { return [] }
    return try fragments(of: metAgain.sorted(), range, statistics)
  }

  /// The places of IDs that probably stand in several, for those that do.
  private func fragments(
    of keys: [TraceKey], _ range: IDRange, _ statistics: ReadStatistics
  ) throws(StorageError) -> [Group] {
    let entryBytes = MemoryLayout<Entry>.stride
    guard statistics.takeMemory(keys.count * 2 * entryBytes) else { throw tooManyTraces() }
    defer { statistics.giveMemory(keys.count * 2 * entryBytes) }
    var entries: [Entry] = []
    entries.reserveCapacity(keys.count * 2)
    for page in range.pages where page.mayHold(oneOf: keys) {
      _ = try forEachKey(in: page, statistics) { key, row in
        guard range.contains(key), keys.place(of: key) != nil else { return }
        entries.append(
          Entry(
            key: key,
            fragment: SharedTrace.Fragment(
              source: page.source, rowGroup: page.rowGroup, row: row)))
      }
    }
    return Self.grouped(entries)
  }

  private static func grouped(_ entries: [Entry]) -> [Group] {
    let entries = entries.sorted { a, b in
      a.key != b.key ? a.key < b.key : a.fragment.precedes(b.fragment)
    }
    var result: [Group] = []
    var start = 0
    for end in 1..<max(1, entries.count + 1) {
      if end < entries.count, entries[end].key == entries[start].key { continue }
      if end - start > 1 {
        result.append(
          Group(key: entries[start].key, fragments: entries[start..<end].map(\.fragment)))
      }
      start = end
    }
    return result
  }

  // MARK: Reading

  private func column(_ source: Int, _ rowGroup: Int) throws(StorageError) -> ColumnReader {
    let file = sources[source].file
    guard let leaf = file.schema.leaf(.traceID) else {
      throw StorageError.damaged(file: file.file.name, "has no trace IDs")
    }
    return file.file.column(leaf, rowGroup: rowGroup)
  }

  /// Calls `body` with the key and row of every trace of a page. False if there are IDs of other
  /// than 16 bytes.
  @inline(__always)
  private func forEachKey(
    in page: IDPage, _ statistics: ReadStatistics, _ body: (TraceKey, Int) -> Void
  ) throws(StorageError) -> Bool {
    let column = try column(page.source, page.rowGroup)
    let values: ColumnValues
    do {
      values = try column.readRequired(
        rows: RowRuns(page.rows), expectedCount: page.rows.count, statistics: statistics)
    } catch { throw StorageError.parquet(error) }
    guard case .text(let ids) = values else {
      throw StorageError.damaged(file: column.file.name, "trace IDs are not bytes")
    }
    return ids.forEachTraceKey { row, key in body(key, page.rows.lowerBound + row) }
  }

  private func tooManyTraces() -> StorageError {
    let count = sources.reduce(0) { $0 + $1.file.file.rowCount }
    return .tooMuchMemory(
      "memory limit of \(statistics.memoryBytesMax ?? 0) bytes reached by \(count) trace IDs")
  }
}

extension SharedTrace.Fragment {
  fileprivate func precedes(_ other: SharedTrace.Fragment) -> Bool {
    (source, rowGroup, row) < (other.source, other.rowGroup, other.row)
  }
}
