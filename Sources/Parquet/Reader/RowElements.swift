/// How many elements of a lane stand before each row of a run of rows: known from a shape, it saves
/// decoding levels again to cut rows out of pages.
package struct RowElements: Sendable {
  /// Row-group row of `offsets[0]`.
  package var firstRow: Int
  /// One more than there are rows.
  package var offsets: [UInt32]

  package init(firstRow: Int, offsets: [UInt32]) {
    self.firstRow = firstRow
    self.offsets = offsets
  }

  /// Those of `rows` that are in the run.
  func counted(of rows: Range<Int>) -> Range<Int> {
    rows.clamped(to: firstRow..<firstRow + offsets.count - 1)
  }

  /// Elements of `rows`; nil if they are not all in the run.
  func elements(in rows: Range<Int>) -> Range<Int>? {
    guard rows.lowerBound >= firstRow, rows.upperBound - firstRow < offsets.count else {
      return nil
    }
    return Int(offsets[rows.lowerBound - firstRow])..<Int(offsets[rows.upperBound - firstRow])
  }
}

extension RowElements {
  /// The entries of the selected rows of a page that has one entry for each element; nil: it has
  /// others too, or nobody knows.
  func withSingleEntries(_ page: LoadedPage) -> [Range<Int>]? {
    guard page.header.kind == .dataV2, !page.task.page.startsMidRow,
      let all = elements(in: page.task.page.rows), all.count == page.entryCount
    else { return nil }
    var entries: [Range<Int>] = []
    for run in page.task.runs ?? [page.task.page.rows] {
      guard let elements = elements(in: run) else { return nil }
      entries.append(elements.lowerBound - all.lowerBound..<elements.upperBound - all.lowerBound)
    }
    return entries
  }

  /// The values of the selected rows of a page of a column with one value an element; nil where the
  /// page has to be asked itself.
  func values(of page: LoadedPage) throws(DecodingFailure) -> PageEntries? {
    guard let runs = page.task.runs, page.header.kind == .dataV2, !page.task.page.startsMidRow,
      let all = elements(in: page.task.page.rows)
    else { return nil }
    let count = page.entryCount - page.header.nullCount
    guard all.count == count else {
      throw .malformed("\(count) values where the shape of the rows has \(all.count)")
    }
    var ranges: [Range<Int>] = []
    for run in runs {
      guard let elements = elements(in: run) else { return nil }
      ranges.append(elements.lowerBound - all.lowerBound..<elements.upperBound - all.lowerBound)
    }
    return PageEntries(
      entries: [], values: ranges, valueCount: count, levels: LevelScan.Levels())
  }
}
