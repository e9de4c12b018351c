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

  /// The entries of the rows of `runs`; `firstRow` is the row of the first entry.
  static func entries(
    of runs: [Range<Int>], repetition: UnsafePointer<UInt8>, count: Int, firstRow: Int
  ) -> [Range<Int>] {
    var result: [Range<Int>] = []
    // `entry` is where row `row` begins.
    var row = firstRow
    var entry = 0
    for run in runs {
      entry = start(of: run.lowerBound, repetition, count, &row, entry)
      let begin = entry
      entry = start(of: run.upperBound, repetition, count, &row, entry)
      result.append(begin..<entry)
    }
    return result
  }

  /// The entry at which row `target` begins, or `count`; `entry` is where `row` begins.
  private static func start(
    of target: Int, _ repetition: UnsafePointer<UInt8>, _ count: Int, _ row: inout Int,
    _ entry: Int
  ) -> Int {
    guard row < target else { return entry }
    var i = entry &+ 1
    // Eight entries at a time while the target is farther away than they can reach.
    while i &+ 8 <= count {
      let word = UnsafeRawPointer(repetition + i).loadUnaligned(as: UInt64.self)
      let starts = (~((word &+ 0x7F7F_7F7F_7F7F_7F7F) | word) & 0x8080_8080_8080_8080)
        .nonzeroBitCount
      if row &+ starts >= target { break }
      row &+= starts
      i &+= 8
    }
    while i < count {
      if repetition[i] == 0 {
        row &+= 1
        if row == target { return i }
      }
      i &+= 1
    }
    row = target
    return count
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

  /// Writes the owner of every value among `entries`; returns how many there are. `owners` counts
  /// the lane's elements so far.
  static func number(
    _ levels: Levels, _ entries: Range<Int>, lane: Lane, maxDefinition: Int,
    owners: inout Int, into output: UnsafeMutablePointer<UInt32>
  ) -> Int {
    let lastStart = UInt8(truncatingIfNeeded: lane.repetition)
    let leastStart = UInt8(truncatingIfNeeded: lane.definition)
    let full = UInt8(truncatingIfNeeded: maxDefinition)
    var next = UInt32(truncatingIfNeeded: owners)
    var n = 0
    switch (levels.repetition, levels.definition) {
    case (nil, nil):
      for i in 0..<entries.count { output[i] = next &+ UInt32(truncatingIfNeeded: i) }
      n = entries.count
      next &+= UInt32(truncatingIfNeeded: n)
    case (let repetition?, nil):
      for i in entries {
        next &+= repetition[i] <= lastStart ? 1 : 0
        output[n] = next &- 1
        n &+= 1
      }
    case (nil, let definition?):
      for i in entries {
        let level = definition[i]
        next &+= level >= leastStart ? 1 : 0
        output[n] = next &- 1
        n &+= level == full ? 1 : 0
      }
    case (let repetition?, let definition?):
      for i in entries {
        let level = definition[i]
        next &+= (repetition[i] <= lastStart ? 1 : 0) & (level >= leastStart ? 1 : 0)
        output[n] = next &- 1
        n &+= level == full ? 1 : 0
      }
    }
    owners = Int(next)
    return n
  }
}
