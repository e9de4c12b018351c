/// Which entries and which values of a page belong to the selected rows.
struct PageEntries {
  /// Entry ranges of the selected rows.
  var entries: [Range<Int>]
  /// The same counted in values; nil = all values of the page.
  var values: [Range<Int>]?
  /// Values on the page, selected or not.
  var valueCount: Int
  /// Levels as far as they had to be decoded.
  var levels: LevelScan.Levels

  /// Values of the selected rows.
  var selectedCount: Int { values?.reduce(0) { $0 + $1.count } ?? valueCount }
}

extension PageLoader {
  /// Decodes what levels are needed to tell the selected entries, plus the repetition levels if
  /// `wantsRepetition` and the definition levels if `wantsDefinition` and they differ at all.
  ///
  /// `elements`: of the lane whose elements the entries belong to. Each has at least one entry:
  /// where there are no more entries than elements, entries are elements and repetition says
  /// nothing.
  func entries(
    of page: LoadedPage, wantsRepetition: Bool, wantsDefinition: Bool,
    elements: RowElements? = nil
  ) throws(DecodingFailure) -> PageEntries {
    let leaf = column.leaf
    let count = page.entryCount
    let isPartial = page.task.runs != nil
    var levels = LevelScan.Levels()
    let single = elements?.withSingleEntries(page)
    if single == nil, leaf.maxRepetition > 0 && (wantsRepetition || isPartial) {
      let repetition = try repetition(page)
      try checkRows(page, repetition)
      levels.repetition = repetition
    }
    let countsNulls = page.header.kind == .dataV2
    let mayHaveNulls = leaf.maxDefinition > 0 && (!countsNulls || page.header.nullCount > 0)
    var valueCount = count - page.header.nullCount
    if mayHaveNulls && (wantsDefinition || isPartial || !countsNulls) {
      let definition = try definition(page)
      let full = UInt8(leaf.maxDefinition)
      let values = LevelScan.occurrences(of: full, in: definition, 0..<count)
      guard !countsNulls || values == valueCount else {
        throw .malformed("\(count - values) nulls where the header says \(count - valueCount)")
      }
      valueCount = values
      if values < count { levels.definition = definition }
    }
    guard let runs = page.task.runs else {
      return PageEntries(
        entries: [0..<count], values: nil, valueCount: valueCount, levels: levels)
    }
    let entries: [Range<Int>]
    if let single {
      entries = single
    } else if let repetition = levels.repetition {
      entries = LevelScan.entries(
        of: runs, repetition: repetition, count: count,
        firstRow: page.task.page.rows.lowerBound)
    } else {
      let first = page.task.page.firstRow
      entries = runs.map { $0.lowerBound - first..<$0.upperBound - first }
    }
    return PageEntries(
      entries: entries, values: valueRanges(of: entries, levels), valueCount: valueCount,
      levels: levels)
  }

  /// The selected entries counted in values.
  private func valueRanges(
    of entries: [Range<Int>], _ levels: LevelScan.Levels
  ) -> [Range<Int>] {
    guard let definition = levels.definition else { return entries }
    let full = UInt8(column.leaf.maxDefinition)
    var result: [Range<Int>] = []
    var entry = 0
    var value = 0
    for range in entries {
      value += LevelScan.occurrences(of: full, in: definition, entry..<range.lowerBound)
      let inside = LevelScan.occurrences(of: full, in: definition, range)
      result.append(value..<value + inside)
      value += inside
      entry = range.upperBound
    }
    return result
  }

  /// The levels must start as many rows as the index says, beginning with the first entry.
  private func checkRows(
    _ page: LoadedPage, _ repetition: UnsafePointer<UInt8>
  ) throws(DecodingFailure) {
    let place = page.task.page
    let starts = LevelScan.rowStarts(repetition, count: page.entryCount)
    guard starts == place.rowCount else {
      throw .malformed("a page of \(starts) rows where \(place.rowCount) were promised")
    }
    guard page.entryCount == 0 || place.startsMidRow || repetition[0] == 0 else {
      throw .malformed("a page that starts in the middle of a row")
    }
  }
}
