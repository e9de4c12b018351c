/// Hashes that are the same in every process and for every order of work: they decide which series
/// stay where there is no room for all, so that a cut answer is the same every time.
enum StableHash {
  static func of(_ key: SeriesKey) -> UInt64 {
    var writer = PartialWriter()
    for value in key.values { writer.value(value.withoutNegativeZero) }
    if let bucket = key.bucket { writer.zigzag(Int64(bucket.exponent)) }
    return of(writer.bytes)
  }

  static func of(_ value: Value, ofAttribute name: String) -> UInt64 {
    var writer = PartialWriter()
    writer.text(name.utf8)
    writer.value(value.withoutNegativeZero)
    return of(writer.bytes)
  }

  /// FNV-1a, its bits mixed once more by the finaliser of MurmurHash3.
  private static func of(_ bytes: [UInt8]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
    return hash ^ hash >> 33
  }

  /// The highest hash that may stay if only `count` of all may.
  static func bound(_ hashes: [UInt64], count: Int) -> UInt64 {
    hashes.count <= count ? .max : hashes.sorted()[max(0, count - 1)]
  }
}

extension Value {
  /// Both zeros are one value.
  fileprivate var withoutNegativeZero: Value {
    if case .float(0) = self { .float(0) } else { self }
  }
}
