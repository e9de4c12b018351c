/// The data pages of a column chunk.
package struct PageIndex: Sendable {
  package struct Page: Sendable, Equatable {
    /// Absolute position of the header.
    package var offset: Int
    /// Header and body.
    package var byteCount: Int
    /// First row of the row group that starts in this page.
    package var firstRow: Int
    /// Rows that start in this page.
    package var rowCount: Int
    /// The page begins with the rest of the row before `firstRow` (only in version 1 pages).
    package var startsMidRow = false

    /// All rows with an entry in this page.
    package var rows: Range<Int> {
      (startsMidRow ? firstRow - 1 : firstRow)..<firstRow + rowCount
    }
  }

  /// In file order, which is row order.
  package internal(set) var pages: [Page]
  /// For every page its bounds, nil where unknown; empty if there is no column index.
  package internal(set) var bounds: [PageBounds?]
  /// Pages that hold nothing but nulls; empty if there is no column index.
  package internal(set) var isNull: [Bool]
  /// Whether every data page is dictionary coded, once somebody has looked.
  var isFullyDictionaryCoded: Bool?

  /// Bytes this index keeps in memory, roughly.
  var memoryBytes: Int { pages.count * 40 + bounds.count * 64 + isNull.count }

  /// The pages with an entry of a row in `rows`.
  package func pages(overlapping rows: Range<Int>) -> Range<Int> {
    guard !rows.isEmpty else { return 0..<0 }
    let start = firstIndex { $0.rows.upperBound > rows.lowerBound }
    let end = firstIndex { $0.rows.lowerBound >= rows.upperBound }
    return start..<max(start, end)
  }

  /// Index of the first page of which `isBehind` holds; it holds for all pages after that.
  private func firstIndex(where isBehind: (Page) -> Bool) -> Int {
    var low = 0
    var high = pages.count
    while low < high {
      let middle = (low + high) / 2
      if isBehind(pages[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
