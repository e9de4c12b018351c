/// Smallest and largest value of a page or chunk; every value lies between them, bounds included.
///
/// Integers are in the order of `Int64`, whatever the column's own order; booleans are 0 and 1.
/// Byte strings may be cut: the minimum is then a prefix, the maximum lies above the true one.
package enum PageBounds: Sendable, Equatable {
  case int64(ClosedRange<Int64>)
  case double(ClosedRange<Double>)
  case bytes(minimum: [UInt8], maximum: [UInt8])

  /// Bounds as stored, nil where they say nothing.
  init?(minimum: [UInt8], maximum: [UInt8], leaf: Leaf) {
    switch leaf.physicalType {
    case .boolean:
      guard minimum.count == 1, maximum.count == 1, minimum[0] <= maximum[0] else { return nil }
      self = .int64(Int64(minimum[0])...Int64(maximum[0]))
    case .int32, .int64:
      guard let low = Self.integer(minimum, leaf), let high = Self.integer(maximum, leaf),
        // Unsigned bounds on both sides of 2^63 turn round as Int64: they bound nothing.
        low <= high
      else { return nil }
      self = .int64(low...high)
    case .float, .double:
      guard let low = Self.double(minimum, leaf), let high = Self.double(maximum, leaf),
        low <= high  // false for NaN
      else { return nil }
      // A zero bound may stand for the other zero.
      self = .double((low == 0 ? -0.0 : low)...(high == 0 ? 0.0 : high))
    case .byteArray, .fixedLengthByteArray:
      if minimum.isEmpty && maximum.isEmpty { return nil }
      // A maximum below the minimum comes from a writer with another order.
      guard !maximum.lexicographicallyPrecedes(minimum) else { return nil }
      self = .bytes(minimum: minimum, maximum: maximum)
    case .int96: return nil
    }
  }

  private static func integer(_ bytes: [UInt8], _ leaf: Leaf) -> Int64? {
    let width = leaf.physicalType == .int32 ? 4 : 8
    guard bytes.count == width else { return nil }
    let bits = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    if width == 8 { return Int64(bitPattern: bits) }
    let narrow = UInt32(truncatingIfNeeded: bits)
    return leaf.isUnsigned ? Int64(narrow) : Int64(Int32(bitPattern: narrow))
  }

  private static func double(_ bytes: [UInt8], _ leaf: Leaf) -> Double? {
    let bits = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    switch (leaf.physicalType, bytes.count) {
    case (.float, 4): return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case (.double, 8): return Double(bitPattern: bits)
    default: return nil
    }
  }
}
