/// Rows of a row group as ascending, disjoint, non-empty ranges: what is read of a column.
package struct RowRuns: Sendable, Equatable {
  package private(set) var ranges: [Range<Int>] = []
  /// Number of rows in all ranges.
  package private(set) var count = 0

  package init() {}

  package init(_ range: Range<Int>) { append(range) }

  /// The set rows of `bitmap`, moved up by `offset`.
  package init(_ bitmap: Bitmap, offset: Int = 0) {
    for run in bitmap.runs() { append(run.lowerBound + offset..<run.upperBound + offset) }
  }

  /// Adds rows after all present ones; touching ranges are joined.
  package mutating func append(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    count += range.count
    if let last = ranges.last {
      precondition(range.lowerBound >= last.upperBound, "rows are appended in ascending order")
      if range.lowerBound == last.upperBound {
        ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
        return
      }
    }
    ranges.append(range)
  }

  package var isEmpty: Bool { ranges.isEmpty }
  /// From the first to the last row, holes included.
  package var bounds: Range<Int> {
    guard let first = ranges.first, let last = ranges.last else { return 0..<0 }
    return first.lowerBound..<last.upperBound
  }

  /// The row-group row of each selected row, ascending.
  package func rows() -> [Int] { ranges.flatMap { Array($0) } }

  /// The selected rows that `kept` marks; bit `i` of `kept` is the i-th selected row.
  package func filtered(by kept: Bitmap) -> RowRuns {
    precondition(kept.count == count, "one bit per selected row")
    var result = RowRuns()
    var base = 0
    var i = 0
    for run in kept.runs() {
      var run = run
      while !run.isEmpty {
        while run.lowerBound >= base + ranges[i].count {
          base += ranges[i].count
          i += 1
        }
        let shift = ranges[i].lowerBound - base
        let end = min(run.upperBound, base + ranges[i].count)
        result.append(run.lowerBound + shift..<end + shift)
        run = end..<run.upperBound
      }
    }
    return result
  }
}
