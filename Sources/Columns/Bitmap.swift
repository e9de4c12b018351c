/// One bit per row: which rows a filter kept, which traces are alive.
///
/// Bits past `count` in the last word are always zero, so that words can be counted and compared.
package struct Bitmap: Sendable, Equatable {
  @usableFromInline package internal(set) var words: [UInt64]
  /// Number of rows, set or not.
  package let count: Int

  package init(count: Int, filled: Bool = false) {
    self.count = count
    words = [UInt64](repeating: filled ? ~0 : 0, count: (count + 63) / 64)
    if filled { clearTail() }
  }

  /// Takes words written by a kernel; bits past `count` are cleared here.
  package init(words: [UInt64], count: Int) {
    precondition(words.count == (count + 63) / 64, "one word per 64 rows")
    self.words = words
    self.count = count
    clearTail()
  }

  /// Inlined into loops of other modules, where a call a row would cost more than the test.
  @inlinable package subscript(row: Int) -> Bool {
    @inline(__always) get { words[row &>> 6] & (1 &<< UInt64(truncatingIfNeeded: row & 63)) != 0 }
    @inline(__always) set {
      let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: row & 63)
      if newValue { words[row &>> 6] |= bit } else { words[row &>> 6] &= ~bit }
    }
  }

  package var isEmpty: Bool { words.allSatisfy { $0 == 0 } }
  package var populationCount: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  private mutating func clearTail() {
    let used = count & 63
    if used != 0 { words[words.count - 1] &= (1 &<< UInt64(used)) &- 1 }
  }
}

// MARK: Logic

extension Bitmap {
  package mutating func formUnion(_ other: Bitmap) {
    precondition(count == other.count, "both bitmaps describe the same rows")
    for i in words.indices { words[i] |= other.words[i] }
  }

  package mutating func formIntersection(_ other: Bitmap) {
    precondition(count == other.count, "both bitmaps describe the same rows")
    for i in words.indices { words[i] &= other.words[i] }
  }

  package mutating func subtract(_ other: Bitmap) {
    precondition(count == other.count, "both bitmaps describe the same rows")
    for i in words.indices { words[i] &= ~other.words[i] }
  }

  package mutating func invert() {
    for i in words.indices { words[i] = ~words[i] }
    clearTail()
  }

  package func union(_ other: Bitmap) -> Bitmap {
    var result = self
    result.formUnion(other)
    return result
  }

  package func intersection(_ other: Bitmap) -> Bitmap {
    var result = self
    result.formIntersection(other)
    return result
  }

  package func subtracting(_ other: Bitmap) -> Bitmap {
    var result = self
    result.subtract(other)
    return result
  }

  package func inverted() -> Bitmap {
    var result = self
    result.invert()
    return result
  }
}

// MARK: Rows

extension Bitmap {
  /// The set rows, ascending.
  package func indices() -> [UInt32] {
    let total = populationCount
    return [UInt32](unsafeUninitializedCapacity: total) { buffer, filled in
      var n = 0
      for (w, word) in words.enumerated() {
        var rest = word
        while rest != 0 {
          buffer[n] = UInt32(truncatingIfNeeded: w &* 64 &+ rest.trailingZeroBitCount)
          rest &= rest &- 1
          n &+= 1
        }
      }
      filled = n
    }
  }

  /// The set rows of `range`, ascending.
  package func indices(in range: Range<Int>) -> [UInt32] {
    var result: [UInt32] = []
    var row = next(from: range.lowerBound, below: range.upperBound)
    while let found = row {
      result.append(UInt32(truncatingIfNeeded: found))
      row = next(from: found + 1, below: range.upperBound)
    }
    return result
  }

  /// The set rows as ascending ranges, neighbours joined.
  package func runs() -> [Range<Int>] {
    var result: [Range<Int>] = []
    var row = next(from: 0, below: count)
    while let start = row {
      let end = nextUnset(from: start)
      result.append(start..<end)
      row = next(from: end, below: count)
    }
    return result
  }

  /// The first row from `start` on that is not set, or `count`.
  private func nextUnset(from start: Int) -> Int {
    var w = start &>> 6
    var word = ~words[w] & (~0 &<< UInt64(start & 63))
    while word == 0 {
      w += 1
      if w == words.count { return count }
      word = ~words[w]
    }
    return min(count, w &* 64 &+ word.trailingZeroBitCount)
  }

  /// The first set row in `start..<end`, if any.
  package func next(from start: Int, below end: Int) -> Int? {
    guard start < end else { return nil }
    var w = start &>> 6
    var word = words[w] & (~0 &<< UInt64(start & 63))
    let last = (end - 1) &>> 6
    while true {  // bounded by the number of words
      if word != 0 {
        let row = w &* 64 &+ word.trailingZeroBitCount
        return row < end ? row : nil
      }
      w += 1
      if w > last { return nil }
      word = words[w]
    }
  }

  package func containsAny(in range: Range<Int>) -> Bool {
    next(from: range.lowerBound, below: range.upperBound) != nil
  }

  /// How many rows of `range` are set.
  package func count(in range: Range<Int>) -> Int {
    guard !range.isEmpty else { return 0 }
    let first = range.lowerBound &>> 6
    let last = (range.upperBound - 1) &>> 6
    let head: UInt64 = ~0 &<< UInt64(range.lowerBound & 63)
    let tailBits = UInt64(range.upperBound & 63)
    let tail: UInt64 = tailBits == 0 ? ~0 : (1 &<< tailBits) &- 1
    if first == last { return (words[first] & head & tail).nonzeroBitCount }
    var total = (words[first] & head).nonzeroBitCount + (words[last] & tail).nonzeroBitCount
    for w in (first + 1)..<last { total += words[w].nonzeroBitCount }
    return total
  }

  /// The bits of `ranges`, end to end.
  package func gathered(_ ranges: [Range<Int>]) -> Bitmap {
    let total = ranges.reduce(0) { $0 + $1.count }
    var result = [UInt64](repeating: 0, count: (total + 63) / 64)
    result.withUnsafeMutableBufferPointer { target in
      words.withUnsafeBufferPointer { source in
        var filled = 0
        for range in ranges {
          precondition(range.upperBound <= count, "ranges lie in the bitmap")
          var row = range.lowerBound
          while row < range.upperBound {
            // As many bits as the word of the source and the word of the target both have left.
            let used = row & 63
            let free = filled & 63
            let taken = min(64 &- max(used, free), range.upperBound &- row)
            let bits =
              source[row &>> 6] &>> UInt64(truncatingIfNeeded: used)
              & (~0 &>> UInt64(truncatingIfNeeded: 64 &- taken))
            target[filled &>> 6] |= bits &<< UInt64(truncatingIfNeeded: free)
            row &+= taken
            filled &+= taken
          }
        }
      }
    }
    return Bitmap(words: result, count: total)
  }

  /// Sets every row of `range`.
  package mutating func insert(range: Range<Int>) { insert(CollectionOfOne(range)) }

  /// Sets every row of every range.
  @inlinable package mutating func insert(_ ranges: some Sequence<Range<Int>>) {
    let count = count
    words.withUnsafeMutableBufferPointer { words in
      for range in ranges where !range.isEmpty {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "rows of the bitmap")
        let first = range.lowerBound &>> 6
        let last = (range.upperBound &- 1) &>> 6
        let head: UInt64 = ~0 &<< UInt64(truncatingIfNeeded: range.lowerBound & 63)
        let tail: UInt64 = ~0 &>> UInt64(truncatingIfNeeded: 63 &- ((range.upperBound &- 1) & 63))
        if first == last {
          words[first] |= head & tail
          continue
        }
        words[first] |= head
        words[last] |= tail
        for w in (first &+ 1)..<last { words[w] = ~0 }
      }
    }
  }

  /// Sets the given rows, in any order.
  package mutating func insert(_ rows: [UInt32]) {
    words.withUnsafeMutableBufferPointer { words in
      for row in rows {
        let row = Int(row)
        words[row &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: row & 63)
      }
    }
  }
}
