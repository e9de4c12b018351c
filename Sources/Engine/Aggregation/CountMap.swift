/// Counts under 64-bit keys, by open addressing: what is counted per span and attribute must not
/// cost more than a look into one array.
struct CountMap: Sendable {
  /// Keys plus one; 0 is a free place.
  private var keys: [UInt64]
  private var values: [Double]
  private(set) var count = 0

  init() {
    keys = [UInt64](repeating: 0, count: 64)
    values = [Double](repeating: 0, count: 64)
  }

  var memoryBytes: Int { keys.count * 16 }

  mutating func add(_ amount: Double, to key: UInt64) {
    if count * 2 >= keys.count { grow() }
    let place = place(of: key)
    if keys[place] == 0 {
      keys[place] = key &+ 1
      count += 1
    }
    values[place] += amount
  }

  subscript(key: UInt64) -> Double {
    let place = place(of: key)
    return keys[place] == 0 ? 0 : values[place]
  }

  /// Everything counted, in no order.
  var entries: some Sequence<(key: UInt64, amount: Double)> {
    zip(keys, values).lazy.filter { $0.0 != 0 }.map { (key: $0.0 &- 1, amount: $0.1) }
  }

  /// Where the key stands or would stand; the table is never full.
  private func place(of key: UInt64) -> Int {
    let mask = keys.count - 1
    var place = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    while keys[place] != 0, keys[place] != key &+ 1 { place = (place &+ 1) & mask }
    return place
  }

  private mutating func grow() {
    let old = zip(keys, values)
    keys = [UInt64](repeating: 0, count: keys.count * 2)
    values = [Double](repeating: 0, count: keys.count)
    for (key, value) in old where key != 0 {
      let place = place(of: key &- 1)
      keys[place] = key
      values[place] = value
    }
  }
}
