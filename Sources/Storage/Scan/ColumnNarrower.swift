import Columns

/// Copies the parts of one unit's columns that belong to some of its traces.
///
/// The traces are ranges, neighbours joined, so that copying costs by the range and not by the
/// trace. Putting traces together out of several units is `ColumnAssembler`'s business.
enum ColumnNarrower {
  /// The ranges of elements below ranges of their owners.
  static func ranges(_ owners: [Range<Int>], _ offsets: [UInt32]) -> [Range<Int>] {
    owners.map { Int(offsets[$0.lowerBound])..<Int(offsets[$0.upperBound]) }
  }

  static func count(_ ranges: [Range<Int>]) -> Int { ranges.reduce(0) { $0 + $1.count } }

  /// Offsets of the elements in `ranges`, which stand end to end now.
  static func offsets(_ ranges: [Range<Int>], inner: [UInt32]) -> [UInt32] {
    let total = count(ranges) + 1
    return [UInt32](unsafeUninitializedCapacity: total) { target, filled in
      inner.withUnsafeBufferPointer { inner in
        var sum: UInt32 = 0
        var n = 1
        target[0] = 0
        for range in ranges {
          let shift = sum &- inner[range.lowerBound]
          precondition(range.upperBound < inner.count, "ranges lie in the lane")
          for i in range {
            target[n] = inner[i &+ 1] &+ shift
            n &+= 1
          }
          sum = target[n - 1]
        }
      }
      filled = total
    }
  }

  static func values(_ ranges: [Range<Int>], of source: ColumnValues) -> ColumnValues {
    switch source {
    case .int64(let values): .int64(copied(ranges, values))
    case .double(let values): .double(copied(ranges, values))
    case .bool(let values): .bool(copied(ranges, values))
    case .text(let column): .text(text(ranges, of: column))
    }
  }

  /// The table stays as it is.
  static func text(_ ranges: [Range<Int>], of source: TextColumn) -> TextColumn {
    TextColumn(
      codes: copied(ranges, source.codes), table: source.table, isDistinct: source.isDistinct)
  }

  private static func copied<T: BitwiseCopyable>(_ ranges: [Range<Int>], _ source: [T]) -> [T] {
    if ranges.count == 1, ranges[0] == 0..<source.count { return source }
    var result: [T] = []
    result.reserveCapacity(count(ranges))
    for range in ranges { result.append(contentsOf: source[range]) }
    return result
  }

  /// Owners of the values in `ranges`, counted over the elements in `owners`: one range of owners
  /// for each range of values.
  static func owners(
    _ ranges: [Range<Int>], owners: [Range<Int>], of source: [UInt32]
  ) -> [UInt32] {
    let total = count(ranges)
    return [UInt32](unsafeUninitializedCapacity: total) { target, filled in
      source.withUnsafeBufferPointer { source in
        var base: UInt32 = 0
        var n = 0
        for (range, owner) in zip(ranges, owners) {
          precondition(range.upperBound <= source.count, "ranges lie in the lane")
          let shift = base &- UInt32(truncatingIfNeeded: owner.lowerBound)
          for i in range {
            target[n] = source[i] &+ shift
            n &+= 1
          }
          base &+= UInt32(truncatingIfNeeded: owner.count)
        }
      }
      filled = total
    }
  }

  /// Per trace, where its values begin, from where its owners begin.
  static func valuesOfTrace(owners: [UInt32], elementsOfTrace: [UInt32]) -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: elementsOfTrace.count) { target, filled in
      owners.withUnsafeBufferPointer { owners in
        var i = 0
        for (trace, element) in elementsOfTrace.enumerated() {
          while i < owners.count, owners[i] < element { i &+= 1 }
          target[trace] = UInt32(truncatingIfNeeded: i)
        }
      }
      filled = elementsOfTrace.count
    }
  }
}
