/// Levels of a few entries of a page: runs without any of them are passed over, at most counted.
extension HybridRuns {
  /// Decodes the levels of the entries in `ranges` (ascending, below `count`), one after the other;
  /// each must be at most `maximum`.
  static func levels(
    _ bytes: PaddedBytes, maximum: Int, count: Int, of ranges: [Range<Int>],
    into output: UnsafeMutablePointer<UInt8>
  ) throws(DecodingFailure) {
    _ = try selected(bytes, maximum, count, ranges, output, nil)
  }

  /// The same, and counts entries of level `maximum`, which have a value: returns all of them;
  /// `valuesBefore` gets those before each range.
  static func levels(
    _ bytes: PaddedBytes, maximum: Int, count: Int, of ranges: [Range<Int>],
    into output: UnsafeMutablePointer<UInt8>, valuesBefore: UnsafeMutablePointer<Int>
  ) throws(DecodingFailure) -> Int {
    try selected(bytes, maximum, count, ranges, output, valuesBefore)
  }

  private static func selected(
    _ bytes: PaddedBytes, _ maximum: Int, _ count: Int, _ ranges: [Range<Int>],
    _ output: UnsafeMutablePointer<UInt8>, _ valuesBefore: UnsafeMutablePointer<Int>?
  ) throws(DecodingFailure) -> Int {
    precondition(ranges.last.map { $0.upperBound <= count } ?? true, "ranges lie in the page")
    let width = Int.bitWidth - maximum.leadingZeroBitCount
    var runs = try HybridRuns(bytes, width: width)
    let counter = PackedCounter(of: maximum, width: width)
    var next = 0
    var filled = 0
    var values = 0
    var done = 0
    var largest: UInt8 = 0
    while done < count {
      // Without counting nothing matters behind the last range.
      if valuesBefore == nil, next == ranges.count { break }
      let run = try runs.next(limit: count - done)
      let end = done + run.count
      if next == ranges.count || ranges[next].lowerBound >= end {
        if valuesBefore != nil { values += runs.values(counter, run, 0..<end - done) }
        done = end
        continue
      }
      // Entries of the run before it are counted already.
      var counted = done
      while next < ranges.count, ranges[next].lowerBound < end {
        let range = ranges[next].clamped(to: done..<end)
        if valuesBefore != nil {
          values += runs.values(counter, run, counted - done..<range.lowerBound - done)
          counted = range.lowerBound
        }
        if ranges[next].lowerBound >= done { valuesBefore?[next] = values }
        largest = max(
          largest,
          runs.unpack(
            run, range.lowerBound - done..<range.upperBound - done, into: output + filled))
        filled += range.count
        if ranges[next].upperBound > end { break }
        next += 1
      }
      if valuesBefore != nil {
        values += runs.values(counter, run, counted - done..<end - done)
      }
      done = end
    }
    guard largest <= maximum else { throw .malformed("a level above \(maximum)") }
    // Empty ranges at the end of the page.
    while next < ranges.count {
      valuesBefore?[next] = values
      next += 1
    }
    return values
  }

  /// Writes some of a run's values, of at most 8 bits each, and returns the largest.
  private func unpack(
    _ run: Run, _ range: Range<Int>, into output: UnsafeMutablePointer<UInt8>
  ) -> UInt8 {
    switch run {
    case .repeated(let value, _):
      let value = UInt8(truncatingIfNeeded: min(value, 255))
      for i in 0..<range.count { output[i] = value }
      return range.isEmpty ? 0 : value
    case .packed(let start, _):
      let mask: UInt64 = (1 &<< UInt64(truncatingIfNeeded: width)) &- 1
      var largest: UInt8 = 0
      var bit = range.lowerBound &* width
      for i in 0..<range.count {
        let word = UInt64(
          littleEndian: (bytes.base + start + bit &>> 3).loadUnaligned(as: UInt64.self))
        let value = UInt8(
          truncatingIfNeeded: (word &>> UInt64(truncatingIfNeeded: bit & 7)) & mask)
        output[i] = value
        largest = max(largest, value)
        bit &+= width
      }
      return largest
    }
  }

  /// How many of a run's values in `range` are those that are counted.
  @inline(__always)
  private func values(_ counter: PackedCounter, _ run: Run, _ range: Range<Int>) -> Int {
    switch run {
    case .repeated(let value, _): value == counter.wanted ? range.count : 0
    case .packed(let start, _): counter.count(bytes.base + start, range)
    }
  }
}

extension HybridRuns.Run {
  fileprivate var count: Int {
    switch self {
    case .repeated(_, let count), .packed(_, let count): count
    }
  }
}
