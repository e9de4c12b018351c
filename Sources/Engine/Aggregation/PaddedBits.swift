import Columns

/// Marks of which a few neighbours are counted at a time, without a branch for where words end.
struct PaddedBits {
  /// Two more than the rows need.
  private let words: [UInt64]

  init(_ bitmap: Bitmap) { words = bitmap.words + [0, 0] }

  /// How many rows of `range` are marked.
  @inline(__always)
  func count(in range: Range<Int>) -> Int {
    var row = range.lowerBound
    var total = 0
    repeat {
      let taken = min(63, range.upperBound &- row)
      total &+= bits(row, taken).nonzeroBitCount
      row &+= taken
    } while row < range.upperBound
    return total
  }

  /// Whether no row of `range` is marked.
  @inline(__always)
  func isEmpty(in range: Range<Int>) -> Bool {
    var row = range.lowerBound
    repeat {
      let taken = min(63, range.upperBound &- row)
      if bits(row, taken) != 0 { return false }
      row &+= taken
    } while row < range.upperBound
    return true
  }

  /// The marks of `count` rows, at most 63.
  @inline(__always)
  private func bits(_ row: Int, _ count: Int) -> UInt64 {
    let word = row &>> 6
    let shift = UInt64(truncatingIfNeeded: row & 63)
    let both = words[word] &>> shift | (words[word &+ 1] &<< 1) &<< (63 &- shift)
    return both & (~0 &>> 1) &>> UInt64(truncatingIfNeeded: 63 &- count)
  }
}
