import Columns

/// Least and greatest of some values, in the order of the column's type.
///
/// Unsigned numbers beyond the signed range have no bounds here: readers that compare them as
/// signed, and there are some, would skip pages that match (blocks.md 8, item 12).
enum ValueBounds: Equatable {
  case integer(ClosedRange<Int64>)
  case double(ClosedRange<Double>)
  case bool(least: UInt8, greatest: UInt8)
  case bytes(least: [UInt8], greatest: [UInt8])

  /// nil: there are no values, or no bounds that every reader understands.
  init?(_ values: ColumnValues, _ range: Range<Int>, _ type: ColumnFormat.ValueType) {
    guard !range.isEmpty else { return nil }
    switch values {
    case .int64(let numbers):
      var (least, greatest) = (Int64.max, Int64.min)
      for i in range {
        least = min(least, numbers[i])
        greatest = max(greatest, numbers[i])
      }
      if type.isUnsigned, least < 0 { return nil }
      self = .integer(least...greatest)
    case .double(let numbers):
      var (least, greatest) = (Double.infinity, -Double.infinity)
      for i in range {
        if numbers[i].isNaN { return nil }
        least = min(least, numbers[i])
        greatest = max(greatest, numbers[i])
      }
      // The two zeros are equal but not the same: the bounds admit both.
      self = .double((least == 0 ? -0.0 : least)...(greatest == 0 ? 0.0 : greatest))
    case .bool(let flags):
      self = .bool(least: flags[range].min() ?? 0, greatest: flags[range].max() ?? 0)
    case .text(let column):
      var (least, greatest) = (column.codes[range.lowerBound], column.codes[range.lowerBound])
      var previous = least
      for i in range where column.codes[i] != previous {
        previous = column.codes[i]
        if column.table.precedes(previous, least) { least = previous }
        if column.table.precedes(greatest, previous) { greatest = previous }
      }
      self = .bytes(
        least: column.table.bytes(at: Int(least)), greatest: column.table.bytes(at: Int(greatest)))
    }
  }

  /// The bounds that hold for both.
  func union(_ other: ValueBounds) -> ValueBounds {
    switch (self, other) {
    case (.integer(let a), .integer(let b)):
      .integer(min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound))
    case (.double(let a), .double(let b)):
      .double(min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound))
    case (.bool(let a, let b), .bool(let c, let d)):
      .bool(least: min(a, c), greatest: max(b, d))
    case (.bytes(let a, let b), .bytes(let c, let d)):
      .bytes(
        least: c.lexicographicallyPrecedes(a) ? c : a,
        greatest: b.lexicographicallyPrecedes(d) ? d : b)
    default: preconditionFailure("bounds of one column are of one type")
    }
  }

  // MARK: Encoding

  static let prefixBytes = 16

  /// Both ends as the column index and statistics store them: texts cut to 16 bytes, the greatest
  /// one rounded up so that it stays above every value.
  func encoded(is32Bit: Bool) -> (least: [UInt8], greatest: [UInt8]) {
    switch self {
    case .integer(let range):
      (
        Self.littleEndian(UInt64(bitPattern: range.lowerBound), bytes: is32Bit ? 4 : 8),
        Self.littleEndian(UInt64(bitPattern: range.upperBound), bytes: is32Bit ? 4 : 8)
      )
    case .double(let range):
      (
        Self.littleEndian(range.lowerBound.bitPattern, bytes: 8),
        Self.littleEndian(range.upperBound.bitPattern, bytes: 8)
      )
    case .bool(let least, let greatest): ([least], [greatest])
    case .bytes(let least, let greatest):
      (Array(least.prefix(Self.prefixBytes)), Self.roundedUp(greatest))
    }
  }

  /// What a page of nulls has instead of bounds.
  static func filler(_ type: ColumnFormat.ValueType) -> [UInt8] {
    switch type {
    case .bytes, .text: []
    case .bool: [0]
    case .int32, .uint32: [0, 0, 0, 0]
    case .int64, .uint64, .double: [0, 0, 0, 0, 0, 0, 0, 0]
    }
  }

  private static func littleEndian(_ value: UInt64, bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  private static func roundedUp(_ greatest: [UInt8]) -> [UInt8] {
    if greatest.count <= prefixBytes { return greatest }
    var prefix = Array(greatest.prefix(prefixBytes))
    for i in prefix.indices.reversed() {
      if prefix[i] < 0xFF {
        prefix[i] += 1
        return prefix
      }
      prefix[i] = 0
    }
    // Nothing of that length lies above: the whole text is its own bound.
    return greatest
  }
}
