/// Which keys were met, as 32 bits of the hash of each: a key that was met is always known, and
/// hardly ever one that was not.
struct KeyTags {
  private var tags: [UInt32]
  private let shift: UInt64
  private let seed: TraceKey.HashSeed

  /// A table with room for `count` keys: no more may be inserted.
  init(expecting count: Int, seed: TraceKey.HashSeed) {
    let bits = Self.bits(expecting: count)
    tags = [UInt32](repeating: 0, count: 1 << bits)
    shift = UInt64(64 - bits)
    self.seed = seed
  }

  static func memoryBytes(expecting count: Int) -> Int { 4 << bits(expecting: count) }

  /// At most four of five places are taken.
  private static func bits(expecting count: Int) -> Int {
    Int.bitWidth - max(64, count + count / 4).leadingZeroBitCount
  }

  /// Whether the key was met before.
  @inline(__always)
  mutating func insert(_ key: TraceKey) -> Bool {
    let hash = key.hash(seed)
    let tag = UInt32(truncatingIfNeeded: hash) | 1
    var place = Int(truncatingIfNeeded: hash &>> shift)
    while true {  // there are free places
      let known = tags[place]
      if known == tag { return true }
      if known == 0 {
        tags[place] = tag
        return false
      }
      place = (place &+ 1) & (tags.count &- 1)
    }
  }
}
