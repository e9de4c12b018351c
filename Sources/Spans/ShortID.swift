/// An identifier of at most eight bytes, as it was received: its bytes from the top, and how many.
package struct ShortID: Sendable, Hashable {
  /// Big-endian, padded with zeros at the end: comparing numbers compares the bytes.
  package var bits: UInt64
  package var byteCount: UInt8

  package static let none = ShortID(bits: 0, byteCount: 0)

  package init(bits: UInt64, byteCount: UInt8) {
    self.bits = bits
    self.byteCount = byteCount
  }

  /// nil for more than eight bytes.
  package init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count <= 8 else { return nil }
    var bits: UInt64 = 0
    for byte in bytes { bits = bits << 8 | UInt64(byte) }
    self.bits = bytes.isEmpty ? 0 : bits << UInt64(64 - 8 * bytes.count)
    byteCount = UInt8(bytes.count)
  }

  package var isEmpty: Bool { byteCount == 0 }

  package var bytes: [UInt8] {
    (0..<Int(byteCount)).map { UInt8(truncatingIfNeeded: bits >> UInt64(56 - 8 * $0)) }
  }
}

/// A trace ID: 16 bytes as two big-endian numbers.
package struct TraceID: Sendable, Hashable, Comparable {
  package var high: UInt64
  package var low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Shorter IDs are padded with zeros in front, of longer ones the last 16 bytes count.
  package init(_ bytes: some BidirectionalCollection<UInt8>) {
    (high, low) = (0, 0)
    for byte in bytes.suffix(16) {
      high = high << 8 | low >> 56
      low = low << 8 | UInt64(byte)
    }
  }

  package var isZero: Bool { high == 0 && low == 0 }

  package var bytes: [UInt8] {
    [high, low].flatMap { half in
      (0..<8).map { UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * $0)) }
    }
  }

  package static func < (a: TraceID, b: TraceID) -> Bool {
    a.high != b.high ? a.high < b.high : a.low < b.low
  }
}
