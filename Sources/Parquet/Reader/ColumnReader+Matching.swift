package import Columns

extension ColumnReader {
  /// The rows of `rows` with at least one value that matches: values are decoded without levels,
  /// and levels only of pages with a match.
  package func rows(
    matching match: ValueMatch, in rows: RowRuns, statistics: ReadStatistics
  ) throws(ParquetError) -> RowRuns {
    guard match.applies(to: leaf.physicalType) else {
      throw error(.unsupported, "a column of \(leaf.physicalType) cannot be searched like this")
    }
    let dictionary = try chunkDictionary(statistics: statistics)
    let remaining = try prune(rows, match, dictionary, statistics)
    let loader = PageLoader(column: self, statistics: statistics)
    defer { withExtendedLifetime(loader) {} }
    let matcher = PageMatcher(
      leaf: leaf, dictionary: dictionary, match: match, limits: file.limits)
    var result = RowRuns()
    var lastRow = -1
    try loader.forEachPage(of: remaining) { page throws(DecodingFailure) in
      let found = try matcher.rows(of: page, loader)
      for row in found where row > lastRow {
        result.append(row..<row + 1)
        lastRow = row
      }
    }
    return result
  }

  /// `rows` without those of pages whose bounds exclude a match.
  private func prune(
    _ rows: RowRuns, _ match: ValueMatch, _ dictionary: ChunkDictionary?,
    _ statistics: ReadStatistics
  ) throws(ParquetError) -> RowRuns {
    let index = try pages(statistics: statistics)
    guard !index.bounds.isEmpty else { return rows }
    let isAllDictionary = chunk.pageEncodings == .allDictionary
    let test = BoundsTest(match, isAllDictionary ? dictionary : nil)
    var kept = Bitmap(count: index.pages.count, filled: true)
    for page in index.pages.indices
    where index.isNull[page] || index.bounds[page].map({ !test.mayMatch($0) }) == true {
      kept[page] = false
    }
    guard kept.populationCount < kept.count else { return rows }
    var result = RowRuns()
    var dropped = Set<Int>()
    for range in rows.ranges {
      for page in index.pages(overlapping: range) {
        let common = index.pages[page].rows.clamped(to: range)
        if kept[page] {
          // A row that began on a pruned page may go on here.
          result.append(max(common.lowerBound, result.bounds.upperBound)..<common.upperBound)
        } else {
          dropped.insert(page)
        }
      }
    }
    statistics.addPruned(dropped.count)
    return result
  }
}
