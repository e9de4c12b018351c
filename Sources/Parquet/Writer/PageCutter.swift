import Columns

/// Cuts the rows of a chunk into pages.
///
/// Pages end where rows end. Entries are counted before bytes: leaves of one lane then have the
/// same pages, share their encoded levels, and are read together.
enum PageCutter {
  static let entriesTarget = 20_000
  static let bytesTarget = 256 << 10

  /// Row ranges, in order; at least one row a page.
  static func pages(_ levels: NestedLevels, valueBytes: (Range<Int>) -> Int) -> [Range<Int>] {
    var pages: [Range<Int>] = []
    var start = 0
    var bytes = 0
    for row in 0..<levels.rowCount {
      bytes += valueBytes(Int(levels.valueStarts[row])..<Int(levels.valueStarts[row + 1]))
      let entries = Int(levels.rowStarts[row + 1] - levels.rowStarts[start])
      if entries >= entriesTarget || bytes >= bytesTarget {
        pages.append(start..<row + 1)
        start = row + 1
        bytes = 0
      }
    }
    if start < levels.rowCount { pages.append(start..<levels.rowCount) }
    return pages
  }
}
