/// Ways bytes go wrong on their way to a reader; seeded, so that a failure can be repeated.
package enum Damage {
  /// `bytes` with one to four faults: flipped bits, overwritten runs, a cut, or an insertion.
  package static func inflicted(on bytes: [UInt8], using random: inout SplitMix) -> [UInt8] {
    var damaged = bytes
    for _ in 0..<random.integer(1...4) where !damaged.isEmpty {
      let at = random.integer(0...damaged.count - 1)
      switch random.integer(0...4) {
      case 0:
        damaged[at] ^= 1 << UInt8(random.integer(0...7))
      case 1:
        let end = min(damaged.count, at + random.integer(1...9))
        for i in at..<end { damaged[i] = 0xFF }
      case 2:
        damaged[at] = UInt8(truncatingIfNeeded: random.next())
      case 3:
        damaged.removeSubrange(at...)
      default:
        damaged.insert(contentsOf: random.bytes(count: random.integer(1...9)), at: at)
      }
    }
    return damaged
  }
}
