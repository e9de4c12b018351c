/// Counts a value among packed ones of 1 to 8 bits without unpacking them.
struct PackedCounter {
  let wanted: UInt32
  private let width: Int
  /// Values that a word holds behind up to seven bits of the one before.
  private let few: Int
  /// The lowest bit of each.
  private let lowest: UInt64
  /// `wanted` in each.
  private let pattern: UInt64

  init(of wanted: Int, width: Int) {
    precondition((1...8).contains(width), "levels have 1 to 8 bits")
    self.wanted = UInt32(wanted)
    self.width = width
    few = 57 / width
    var lowest: UInt64 = 0
    for k in 0..<few { lowest |= 1 &<< UInt64(truncatingIfNeeded: k &* width) }
    self.lowest = lowest
    pattern = lowest &* UInt64(truncatingIfNeeded: wanted)
  }

  /// How many of the values in `range` are wanted. Like unpacking, this reads whole words.
  @inline(__always)
  func count(_ input: UnsafeRawPointer, _ range: Range<Int>) -> Int {
    var total = 0
    var left = range.count
    var bit = range.lowerBound &* width
    while left > 0 {
      let word = UInt64(littleEndian: (input + bit &>> 3).loadUnaligned(as: UInt64.self))
      // Ones all over a value that is equal, then folded into its lowest bit.
      let equal = ~((word &>> UInt64(truncatingIfNeeded: bit & 7)) ^ pattern)
      var folded = equal & lowest
      if width > 1 { folded &= equal &>> 1 }
      if width > 2 { folded &= equal &>> 2 }
      for k in 3..<max(3, width) { folded &= equal &>> UInt64(truncatingIfNeeded: k) }
      if left < few { folded &= (1 &<< UInt64(truncatingIfNeeded: left &* width)) &- 1 }
      total &+= folded.nonzeroBitCount
      left &-= few
      bit &+= few &* width
    }
    return total
  }
}
