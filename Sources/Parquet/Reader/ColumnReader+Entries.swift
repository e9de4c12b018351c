package import Columns

/// Reading what belongs to a few elements, whose entries another read has found.
extension ColumnReader {
  /// Where the entries of each of `rows` begin, nulls included; one more than there are rows. nil:
  /// some page does not begin with a row.
  package func entriesOfRow(
    _ rows: Range<Int>, statistics: ReadStatistics
  ) throws(ParquetError) -> [UInt32]? {
    guard try pages(statistics: statistics).pages.allSatisfy({ !$0.startsMidRow }) else {
      return nil
    }
    let loader = PageLoader(column: self, statistics: statistics)
    defer { withExtendedLifetime(loader) {} }
    var starts = OutputColumn<UInt32>(reserving: rows.count + 1)
    var entryCount = 0
    try loader.forEachPage(of: RowRuns(rows), withValues: false) { page throws(DecodingFailure) in
      let selected = try loader.entries(of: page, wantsRepetition: true, wantsDefinition: false)
      guard let repetition = selected.levels.repetition else {
        throw .malformed("a list column without repetition levels")
      }
      try statistics.charge(page.task.page.rowCount * MemoryLayout<UInt32>.size)
      for range in selected.entries {
        let base = entryCount - range.lowerBound
        starts.write(upTo: range.count + 1) { target in
          var found = 0
          for entry in range {
            target[found] = UInt32(truncatingIfNeeded: base + entry)
            found &+= LevelScan.atMost(repetition[entry], 0)
          }
          return found
        }
        entryCount += range.count
      }
    }
    guard starts.count == rows.count, entryCount <= UInt32.max else {
      throw error(.damaged, "\(starts.count) rows where \(rows.count) were promised")
    }
    starts.append(UInt32(entryCount))
    return starts.finish()
  }

  /// The entries of marked elements of `lane`, which are numbered over `rows`; `entries` says where
  /// the entries of each row begin. Only levels are decoded.
  package func entries(
    of marked: Bitmap, lane: Lane, rows: RowRuns, entries: RowElements,
    statistics: ReadStatistics
  ) throws(ParquetError) -> [Range<Int>] {
    let loader = PageLoader(column: self, statistics: statistics)
    defer { withExtendedLifetime(loader) {} }
    var finder = ElementFinder(lane: lane, marked: marked)
    try loader.forEachPage(of: rows, withValues: false) { page throws(DecodingFailure) in
      let place = entries.counted(of: page.task.page.rows)
      guard let all = entries.elements(in: place) else {
        throw .malformed("a page with other rows than were counted")
      }
      let wanted = (page.task.runs ?? [place]).map { run in
        entries.elements(in: run).map {
          $0.lowerBound - all.lowerBound..<$0.upperBound - all.lowerBound
        } ?? 0..<0
      }
      let depth = leaf.maxRepetition
      guard
        let found = try loader.entries(
          of: page, at: wanted, rows: place, elementCount: all.count, depth: depth,
          wantsRepetition: true)
      else { throw .malformed("a page with other entries than were counted") }
      try finder.add(found.levels, wanted, from: all.lowerBound)
    }
    guard finder.elementCount == marked.count else {
      throw error(
        .damaged, at: chunk.byteRange.lowerBound,
        "\(finder.elementCount) elements where others have \(marked.count)")
    }
    return finder.ranges
  }

  /// Values of the selected entries in `rows`, with the owner of each at `lane`: running numbers
  /// from 0 over the lane's elements that these entries belong to.
  ///
  /// The selection counts what an entry of repetition `depth` or less starts. nil: the pages of
  /// this column were not written like those of the column whose entries were counted.
  package func read(
    _ selection: EntrySelection, rows: RowRuns, owner lane: Lane, depth: Int,
    statistics: ReadStatistics
  ) throws(ParquetError) -> OwnedColumn? {
    guard try pages(statistics: statistics).pages.allSatisfy({ !$0.startsMidRow }) else {
      return nil
    }
    let loader = PageLoader(column: self, statistics: statistics)
    defer { withExtendedLifetime(loader) {} }
    var values = try collector(reserving: 16, statistics)
    var owners = OutputColumn<UInt32>(reserving: 16)
    var ownerCount = 0
    var cursor = EntrySelection.Cursor(selection)
    var isAsCounted = true
    try loader.forEachPage(of: rows, withValues: false) { page throws(DecodingFailure) in
      let place = selection.rows.counted(of: page.task.page.rows)
      guard isAsCounted, let all = selection.rows.elements(in: place) else {
        isAsCounted = false
        return
      }
      let wanted = cursor.ranges(in: all)
      if wanted.isEmpty { return }
      guard
        let found = try loader.entries(
          of: page, at: wanted, rows: place, elementCount: all.count, depth: depth,
          wantsRepetition: lane.repetition < depth)
      else {
        isAsCounted = false
        return
      }
      let selected = found.entries[0].count
      try statistics.charge(selected * (ownerBytes + valueBytes))
      // One more than there are values: the loop writes before it knows whether to keep.
      owners.write(upTo: selected + 1) { target in
        LevelScan.number(
          found.levels, 0..<selected, lane: lane, maxDefinition: leaf.maxDefinition,
          owners: &ownerCount, into: target)
      }
      guard found.selectedCount > 0 else { return }
      try append(found, of: loader.withValues(page), to: &values, statistics)
    }
    guard isAsCounted else { return nil }
    let ownerOfValue = owners.finish()
    guard ownerOfValue.first != .max else {
      throw error(.damaged, at: chunk.byteRange.lowerBound, "values before their first owner")
    }
    guard ownerOfValue.count == values.count else {
      throw error(.damaged, at: chunk.byteRange.lowerBound, "values without an owner")
    }
    return OwnedColumn(owners: ownerOfValue, values: values.finish(), ownerCount: ownerCount)
  }
}

/// Numbers elements, and notes the entries of the marked ones.
private struct ElementFinder {
  let lane: Lane
  let marked: Bitmap
  private(set) var elementCount = 0
  private(set) var ranges: [Range<Int>] = []

  init(lane: Lane, marked: Bitmap) {
    self.lane = lane
    self.marked = marked
  }

  /// `levels` are those of `entries`, one after the other; entry 0 is number `base`.
  mutating func add(
    _ levels: LevelScan.Levels, _ entries: [Range<Int>], from base: Int
  ) throws(DecodingFailure) {
    guard let repetition = levels.repetition else {
      throw .malformed("a list column without repetition levels")
    }
    var i = 0
    for range in entries {
      for entry in range {
        // Entries of nothing but an ancestor belong to no element.
        let isThere = levels.definition.map { Int($0[i]) >= lane.definition } ?? true
        if isThere {
          elementCount += Int(repetition[i]) <= lane.repetition ? 1 : 0
          guard elementCount > 0, elementCount <= marked.count else {
            throw .malformed("other elements than were counted")
          }
          if marked[elementCount - 1] { note(base + entry) }
        }
        i += 1
      }
    }
  }

  private mutating func note(_ entry: Int) {
    if let last = ranges.last, last.upperBound == entry {
      ranges[ranges.count - 1] = last.lowerBound..<entry + 1
    } else {
      ranges.append(entry..<entry + 1)
    }
  }
}
