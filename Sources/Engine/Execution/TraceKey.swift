import Columns

/// A 16-byte trace ID as two big-endian words: in the order of its bytes.
struct TraceKey: Comparable, Hashable, Sendable {
  var high: UInt64
  var low: UInt64

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// nil for IDs of another length, which sort otherwise as bytes than as words.
  init?(_ bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    self.init(
      high: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
      low: bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) })
  }

  var bytes: [UInt8] {
    [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
  }

  static func < (a: TraceKey, b: TraceKey) -> Bool {
    a.high != b.high ? a.high < b.high : a.low < b.low
  }

  /// Senders choose their IDs; which of them have the same hash nobody can know beforehand.
  @inline(__always)
  func hash(_ seed: HashSeed) -> UInt64 {
    let product = (low ^ seed.low).multipliedFullWidth(by: high ^ seed.high)
    return (product.high ^ product.low) &* 0x9E37_79B9_7F4A_7C15
  }

  /// Two numbers that are others in every process.
  struct HashSeed: Sendable {
    let high: UInt64
    let low: UInt64

    init() {
      high = UInt64(bitPattern: Int64(0.hashValue))
      low = UInt64(bitPattern: Int64(1.hashValue))
    }
  }
}

extension TextColumn {
  /// Trace IDs as words; shorter ones are padded with zeros in front. False if there are IDs of
  /// other than 16 bytes.
  @inline(__always)
  func forEachTraceKey(_ body: (Int, TraceKey) -> Void) -> Bool {
    var isRegular = true
    table.bytes.withUnsafeBytes { bytes in
      table.offsets.withUnsafeBufferPointer { offsets in
        for (row, code) in codes.enumerated() {
          let start = Int(offsets[Int(code)])
          let count = Int(offsets[Int(code) + 1]) - start
          guard count != 16 else {
            let high = bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
            let low = bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self)
            body(row, TraceKey(high: high.bigEndian, low: low.bigEndian))
            continue
          }
          isRegular = false
          var key = TraceKey(high: 0, low: 0)
          for byte in bytes[start..<start + count].suffix(16) {
            key.high = key.high << 8 | key.low >> 56
            key.low = key.low << 8 | UInt64(byte)
          }
          body(row, key)
        }
      }
    }
    return isRegular
  }
}
