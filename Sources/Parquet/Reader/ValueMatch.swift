package import Columns

/// A condition on single values, for finding the rows that hold one.
package enum ValueMatch: Sendable {
  /// Text: dictionary entries that match, and a test for strings outside a dictionary.
  case codes(Bitmap, plain: @Sendable (UnsafeRawBufferPointer) -> Bool)
  /// Integers in `Int64` order, booleans as 0 and 1.
  case int64(ClosedRange<Int64>)
  /// Doubles between two bounds; NaN matches nothing.
  case double(lower: Double, lowerInclusive: Bool, upper: Double, upperInclusive: Bool)
}

extension ValueMatch {
  /// Whether values of this type can be tested so.
  func applies(to type: Leaf.PhysicalType) -> Bool {
    switch (self, type) {
    case (.codes, .byteArray), (.codes, .fixedLengthByteArray): true
    case (.int64, .boolean), (.int64, .int32), (.int64, .int64): true
    case (.double, .float), (.double, .double): true
    default: false
    }
  }
}
