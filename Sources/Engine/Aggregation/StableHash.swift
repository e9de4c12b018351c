/// Hashes that are the same in every process and for every order of work: they decide which series
/// stay where there is no room for all, so that a cut answer is the same every time.
struct StableHash {
  /// FNV-1a.
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  static func of(_ key: SeriesKey) -> UInt64 {
    var hash = StableHash()
    for value in key.values { hash.combine(value) }
    if let bucket = key.bucket { hash.combine(UInt64(bitPattern: Int64(bucket.exponent))) }
    return hash.finished
  }

  static func of(_ value: Value, ofAttribute name: String) -> UInt64 {
    var hash = StableHash()
    hash.combine(.string(name))
    hash.combine(value)
    return hash.finished
  }

  /// The highest hash that may stay if only `count` of all may.
  static func bound(_ hashes: [UInt64], count: Int) -> UInt64 {
    hashes.count <= count ? .max : hashes.sorted()[max(0, count - 1)]
  }

  private mutating func combine(_ value: Value) {
    switch value {
    case .nil: combine(0)
    case .int(let number): combine(1, number)
    case .float(let number):
      combine(2)
      // Equal numbers have one hash, whatever their bits.
      combine(number == 0 ? 0 : number.isNaN ? Double.nan.bitPattern : number.bitPattern)
    case .duration(let number): combine(3, number)
    case .string(let text):
      combine(4)
      var count: UInt64 = 0
      for byte in text.utf8 {
        state = (state ^ UInt64(byte)) &* Self.prime
        count &+= 1
      }
      combine(count)
    case .bool(let flag): combine(5, flag ? 1 : 0)
    case .status(let code): combine(6, code)
    case .kind(let code): combine(7, code)
    case .array(let elements):
      combine(8, Int64(elements.count))
      for element in elements { combine(element) }
    }
  }

  private static let prime: UInt64 = 0x100_0000_01B3

  private mutating func combine(_ tag: UInt64, _ number: Int64) {
    combine(tag)
    combine(UInt64(bitPattern: number))
  }

  private mutating func combine(_ word: UInt64) {
    state = (state ^ word) &* Self.prime
    state ^= state >> 32
  }

  /// The bits mixed once more, by the finaliser of MurmurHash3.
  private var finished: UInt64 {
    var hash = state
    hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
    return hash ^ hash >> 33
  }
}
