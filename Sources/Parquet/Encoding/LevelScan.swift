/// Loops over level entries: counting, cutting at rows, numbering owners, building shapes.
///
/// Levels are a byte each; pointers come from `PageLoader`, which has decoded as many as the
/// counts passed here.
enum LevelScan {
  /// How many of `count` entries start a row.
  static func rowStarts(_ repetition: UnsafePointer<UInt8>, count: Int) -> Int {
    occurrences(of: 0, in: repetition, 0..<count)
  }

  /// How many entries of `range` have this level.
  @inline(never)
  static func occurrences(
    of level: UInt8, in levels: UnsafePointer<UInt8>, _ range: Range<Int>
  ) -> Int {
    var total = 0
    var i = range.lowerBound
    // Counted in bytes for as long as a byte cannot overflow.
    while i < range.upperBound {
      let end = min(range.upperBound, i &+ 255)
      var few: UInt8 = 0
      while i < end {
        few &+= levels[i] == level ? 1 : 0
        i &+= 1
      }
      total &+= Int(few)
    }
    return total
  }

  /// The entries of the rows of `runs`; `firstRow` is the row of the first entry. Instead of rows
  /// they can be elements of a depth: what an entry of repetition `depth` or less starts.
  static func entries(
    of runs: [Range<Int>], repetition: UnsafePointer<UInt8>, count: Int, firstRow: Int,
    depth: UInt8 = 0
  ) -> [Range<Int>] {
    var result: [Range<Int>] = []
    // `entry` is where row `row` begins.
    var row = firstRow
    var entry = 0
    for run in runs {
      entry = start(of: run.lowerBound, repetition, count, depth, &row, entry)
      let begin = entry
      entry = start(of: run.upperBound, repetition, count, depth, &row, entry)
      result.append(begin..<entry)
    }
    return result
  }

  /// How many entries have a repetition of `depth` or less.
  @inline(never)
  static func starts(
    _ repetition: UnsafePointer<UInt8>, count: Int, depth: UInt8
  ) -> Int {
    var total = 0
    var i = 0
    // In bytes, as above.
    while i < count {
      let end = min(count, i &+ 255)
      var few: UInt8 = 0
      while i < end {
        few &+= repetition[i] <= depth ? 1 : 0
        i &+= 1
      }
      total &+= Int(few)
    }
    return total
  }

  /// The entry at which row `target` begins, or `count`; `entry` is where `row` begins.
  private static func start(
    of target: Int, _ repetition: UnsafePointer<UInt8>, _ count: Int, _ depth: UInt8,
    _ row: inout Int, _ entry: Int
  ) -> Int {
    guard row < target else { return entry }
    var i = entry &+ 1
    // Levels are small: what is added makes the highest bit of each that is above `depth`.
    let above = 0x0101_0101_0101_0101 &* UInt64(0x7F &- depth)
    // Eight entries at a time while the target is farther away than they can reach.
    while i &+ 8 <= count {
      let word = UnsafeRawPointer(repetition + i).loadUnaligned(as: UInt64.self)
      let starts = (~((word &+ above) | word) & 0x8080_8080_8080_8080).nonzeroBitCount
      if row &+ starts >= target { break }
      row &+= starts
      i &+= 8
    }
    while i < count {
      if repetition[i] <= depth {
        row &+= 1
        if row == target { return i }
      }
      i &+= 1
    }
    row = target
    return count
  }
}

// MARK: Flags

extension LevelScan {
  // Comparisons as numbers, taken from a sign bit: the compiler turns `a <= b ? 1 : 0` into
  // branches, which levels make as unpredictable as can be.

  /// 1 if `level <= bound`, else 0.
  @inline(__always)
  static func atMost(_ level: UInt8, _ bound: Int) -> Int {
    Int(bitPattern: UInt(bitPattern: Int(level) &- bound &- 1) &>> 63)
  }

  /// 1 if `level >= bound`, else 0.
  @inline(__always)
  static func atLeast(_ level: UInt8, _ bound: Int) -> Int {
    Int(bitPattern: UInt(bitPattern: bound &- 1 &- Int(level)) &>> 63)
  }
}

// MARK: Owners

extension LevelScan {
  /// Levels of a page; nil where every entry has the same: repetition 0 respectively the maximum
  /// definition level.
  struct Levels {
    var repetition: UnsafePointer<UInt8>?
    var definition: UnsafePointer<UInt8>?
  }

  /// Writes the owner of every value among `entries`; `owners` counts the
  /// lane's elements so far. Returns the number of values.
  @inline(never)
  static func number(
    _ levels: Levels, _ entries: Range<Int>, lane: Lane, maxDefinition: Int,
    owners: inout Int, into output: UnsafeMutablePointer<UInt32>
  ) -> Int {
    let last = lane.repetition
    let least = lane.definition
    // The number of the current owner: one less than there are so far.
    var owner = owners &- 1
    var n = 0
    var i = entries.lowerBound
    let end = entries.upperBound
    switch (levels.repetition, levels.definition) {
    case (nil, nil):
      while i < end {
        owner &+= 1
        output[n] = UInt32(truncatingIfNeeded: owner)
        n &+= 1
        i &+= 1
      }
    case (let repetition?, nil):
      while i < end {
        owner &+= atMost(repetition[i], last)
        output[n] = UInt32(truncatingIfNeeded: owner)
        n &+= 1
        i &+= 1
      }
    case (nil, let definition?):
      while i < end {
        let level = definition[i]
        owner &+= atLeast(level, least)
        output[n] = UInt32(truncatingIfNeeded: owner)
        n &+= atLeast(level, maxDefinition)
        i &+= 1
      }
    case (let repetition?, let definition?):
      while i < end {
        let level = definition[i]
        owner &+= atMost(repetition[i], last) & atLeast(level, least)
        output[n] = UInt32(truncatingIfNeeded: owner)
        n &+= atLeast(level, maxDefinition)
        i &+= 1
      }
    }
    owners = owner &+ 1
    return n
  }
}

// MARK: Rows of values

extension LevelScan {
  /// Sets `marks[k]` for the k-th row that holds a hit; row 0 is the one that began before the
  /// first entry. `hits` has a byte for every value and one more.
  @inline(never)
  static func markRows(
    _ levels: Levels, _ count: Int, maxDefinition: Int, hits: UnsafePointer<UInt8>,
    into marks: UnsafeMutablePointer<UInt8>
  ) {
    var row = 0
    var value = 0
    var i = 0
    // Hits of the current row so far; kept here rather than read back from `marks`, which would
    // make every entry wait for the one before.
    var mark = 0
    switch (levels.repetition, levels.definition) {
    case (nil, nil):
      while i < count {
        marks[i &+ 1] = hits[i]
        i &+= 1
      }
    case (let repetition?, nil):
      while i < count {
        let isStart = atMost(repetition[i], 0)
        row &+= isStart
        mark = (mark & (isStart &- 1)) | Int(hits[i])
        marks[row] = UInt8(truncatingIfNeeded: mark)
        i &+= 1
      }
    case (nil, let definition?):
      while i < count {
        let isValue = atLeast(definition[i], maxDefinition)
        marks[i &+ 1] = hits[value] & UInt8(truncatingIfNeeded: isValue)
        value &+= isValue
        i &+= 1
      }
    case (let repetition?, let definition?):
      while i < count {
        let isStart = atMost(repetition[i], 0)
        row &+= isStart
        let isValue = atLeast(definition[i], maxDefinition)
        mark = (mark & (isStart &- 1)) | (Int(hits[value]) & isValue)
        marks[row] = UInt8(truncatingIfNeeded: mark)
        value &+= isValue
        i &+= 1
      }
    }
  }
}
