/// Entries of a column that are wanted, where the entries of each row have been counted.
package struct EntrySelection: Sendable {
  /// Where the entries of each row begin.
  package var rows: RowElements
  /// Ascending and disjoint, counted as `rows` counts them.
  package var ranges: [Range<Int>]

  package init(rows: RowElements, ranges: [Range<Int>]) {
    self.rows = rows
    self.ranges = ranges
  }

  /// Cuts the ranges up by pages, which come in ascending order.
  struct Cursor {
    private let ranges: [Range<Int>]
    private var next = 0

    init(_ selection: EntrySelection) { ranges = selection.ranges }

    /// The wanted ones among `entries`, counted from the first of them.
    mutating func ranges(in entries: Range<Int>) -> [Range<Int>] {
      var result: [Range<Int>] = []
      while next < ranges.count, ranges[next].upperBound <= entries.lowerBound { next += 1 }
      var i = next
      while i < ranges.count, ranges[i].lowerBound < entries.upperBound {
        let common = ranges[i].clamped(to: entries)
        result.append(
          common.lowerBound - entries.lowerBound..<common.upperBound - entries.lowerBound)
        i += 1
      }
      return result
    }
  }
}

extension PageLoader {
  /// The values of chosen entries of a page, and the levels of these alone, one after the other.
  ///
  /// `ranges` count what an entry of repetition `depth` or less starts, from the first of `rows`
  /// on, which are those of the page that were counted and have `elementCount` of them. nil: this
  /// page has another number. `wantsRepetition`: also the repetition levels of the entries.
  func entries(
    of page: LoadedPage, at ranges: [Range<Int>], rows: Range<Int>, elementCount: Int, depth: Int,
    wantsRepetition: Bool
  ) throws(DecodingFailure) -> PageEntries? {
    let leaf = column.leaf
    let count = page.entryCount
    var ranges = ranges
    var levels = LevelScan.Levels()
    if count != elementCount || rows != page.task.page.rows {
      // The run of rows begins or ends on this page, or something has more entries than one.
      let repetition = try repetitionToWrite(page)
      let read = UnsafePointer(repetition)
      let depth = UInt8(depth)
      let entries = LevelScan.entries(
        of: [rows], repetition: read, count: count, firstRow: page.task.page.rows.lowerBound)[0]
      let before = LevelScan.starts(read, count: entries.lowerBound, depth: depth)
      let starts = LevelScan.starts(
        read + entries.lowerBound, count: entries.count, depth: depth)
      guard starts == elementCount else { return nil }
      ranges = LevelScan.entries(
        of: ranges.map { $0.lowerBound + before..<$0.upperBound + before }, repetition: read,
        count: count, firstRow: 0, depth: depth)
      levels.repetition = Self.gathered(ranges, repetition)
    } else if wantsRepetition {
      let selected = ranges.reduce(0) { $0 + $1.count }
      let repetition = repetitionBuffer.room(for: selected + 8, of: UInt8.self)
      try HybridRuns.levels(
        page.repetition, maximum: leaf.maxRepetition, count: count, of: ranges, into: repetition)
      levels.repetition = UnsafePointer(repetition)
    }
    return try withDefinition(page, ranges, levels)
  }

  private func withDefinition(
    _ page: LoadedPage, _ ranges: [Range<Int>], _ levels: LevelScan.Levels
  ) throws(DecodingFailure) -> PageEntries {
    let leaf = column.leaf
    let count = page.entryCount
    let selected = ranges.reduce(0) { $0 + $1.count }
    let countsNulls = page.header.kind == .dataV2
    guard leaf.maxDefinition > 0, !countsNulls || page.header.nullCount > 0 else {
      return PageEntries(
        entries: [0..<selected], values: ranges, valueCount: count, levels: levels)
    }
    var levels = levels
    let definition = definitionBuffer.room(for: selected + 8, of: UInt8.self)
    let before = valuesBefore.room(for: ranges.count + 1, of: Int.self)
    let valueCount = try HybridRuns.levels(
      page.definition, maximum: leaf.maxDefinition, count: count, of: ranges, into: definition,
      valuesBefore: before)
    guard !countsNulls || valueCount == count - page.header.nullCount else {
      throw .malformed(
        "\(count - valueCount) nulls where the header says \(page.header.nullCount)")
    }
    levels.definition = UnsafePointer(definition)
    let full = UInt8(leaf.maxDefinition)
    var values: [Range<Int>] = []
    var entry = 0
    for (i, range) in ranges.enumerated() {
      let inside = LevelScan.occurrences(
        of: full, in: UnsafePointer(definition), entry..<entry + range.count)
      if inside > 0 { values.append(before[i]..<before[i] + inside) }
      entry += range.count
    }
    return PageEntries(
      entries: [0..<selected], values: values, valueCount: valueCount, levels: levels)
  }

  /// Moves the levels of `ranges` together.
  private static func gathered(
    _ ranges: [Range<Int>], _ levels: UnsafeMutablePointer<UInt8>
  ) -> UnsafePointer<UInt8> {
    var filled = 0
    for range in ranges {
      for entry in range {
        levels[filled] = levels[entry]
        filled &+= 1
      }
    }
    return UnsafePointer(levels)
  }
}
