package import Columns

/// Builds columns of a unit out of the columns of others, trace by trace.
///
/// Merging interleaves the fragments of traces that lie in several units, and of their columns of
/// attributes those that stand in several lists.
package struct TracePiece: Sendable {
  /// Which source unit, and which of its traces.
  package var source: Int
  package var trace: Int

  package init(source: Int, trace: Int) {
    self.source = source
    self.trace = trace
  }
}

package enum ColumnAssembler {
  /// Ranges of elements to copy, in order: (source, range).
  typealias Slice = (source: Int, range: Range<Int>)

  /// Element ranges of the pieces; `offsets[source]` are that source's per-trace offsets.
  static func slices(_ pieces: [TracePiece], offsets: [[UInt32]]) -> [Slice] {
    pieces.map { piece in
      let offsets = offsets[piece.source]
      return (piece.source, Int(offsets[piece.trace])..<Int(offsets[piece.trace + 1]))
    }
  }

  /// Nested offsets of the pieces: `inner[source]` holds offsets of the elements in `slices`.
  static func offsets(_ slices: [Slice], inner: [[UInt32]]) -> [UInt32] {
    var result: [UInt32] = [0]
    result.reserveCapacity(slices.reduce(1) { $0 + $1.range.count })
    var total: UInt32 = 0
    for slice in slices {
      let inner = inner[slice.source]
      let base = inner[slice.range.lowerBound]
      for i in slice.range { result.append(total &+ inner[i + 1] &- base) }
      total &+= inner[slice.range.upperBound] &- base
    }
    return result
  }

  /// Copies values of equally typed columns.
  static func values(
    _ slices: [Slice], of sources: [ColumnValues]
  ) throws(StorageError) -> ColumnValues {
    let total = slices.reduce(0) { $0 + $1.range.count }
    guard let first = sources.first else { return .int64([]) }
    switch first {
    case .int64:
      return .int64(copied(slices, total, sources.map(\.int64Values)))
    case .double:
      return .double(copied(slices, total, sources.map(\.doubleValues)))
    case .bool:
      return .bool(copied(slices, total, sources.map(\.boolValues)))
    case .text:
      return .text(try text(slices, total, sources.map(\.textColumn)))
    }
  }

  private static func copied<T>(_ slices: [Slice], _ total: Int, _ sources: [[T]]) -> [T] {
    var result: [T] = []
    result.reserveCapacity(total)
    for slice in slices { result.append(contentsOf: sources[slice.source][slice.range]) }
    return result
  }

  /// One source keeps its table; several get a small table of just the strings in use.
  static func text(
    _ slices: [Slice], _ total: Int, _ sources: [TextColumn]
  ) throws(StorageError) -> TextColumn {
    if sources.count == 1 {
      return TextColumn(
        codes: copied(slices, total, [sources[0].codes]), table: sources[0].table,
        isDistinct: sources[0].isDistinct)
    }
    var known: [UInt64: UInt32] = [:]
    var codes: [UInt32] = []
    codes.reserveCapacity(total)
    var strings = TextBuilder()
    for slice in slices {
      let source = sources[slice.source]
      for i in slice.range {
        let key = UInt64(slice.source) &<< 32 | UInt64(source.codes[i])
        if let code = known[key] {
          codes.append(code)
          continue
        }
        let code = UInt32(strings.count)
        try strings.append(source.table.bytes[source.table.range(of: Int(source.codes[i]))])
        known[key] = code
        codes.append(code)
      }
    }
    return TextColumn(codes: codes, table: strings.table(), isDistinct: false)
  }

  /// Rebased owners of the pieces. `ownerSlices` are the owner elements of each piece, `slices` the
  /// values of the same piece.
  static func owners(_ slices: [Slice], ownerSlices: [Slice], sources: [[UInt32]]) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(slices.reduce(0) { $0 + $1.range.count })
    var base: UInt32 = 0
    for (slice, owner) in zip(slices, ownerSlices) {
      let shift = base &- UInt32(owner.range.lowerBound)
      for value in sources[slice.source][slice.range] { result.append(value &+ shift) }
      base &+= UInt32(owner.range.count)
    }
    return result
  }
}

extension ColumnValues {
  package var int64Values: [Int64] {
    if case .int64(let values) = self { return values }
    preconditionFailure("an integer column is asked for integers")
  }

  package var doubleValues: [Double] {
    if case .double(let values) = self { return values }
    preconditionFailure("a double column is asked for doubles")
  }

  package var boolValues: [UInt8] {
    if case .bool(let values) = self { return values }
    preconditionFailure("a boolean column is asked for booleans")
  }

  package var textColumn: TextColumn {
    if case .text(let column) = self { return column }
    preconditionFailure("a text column is asked for text")
  }
}

extension ColumnValues {
  package func hasSameType(as other: ColumnValues) -> Bool {
    switch (self, other) {
    case (.int64, .int64), (.double, .double), (.bool, .bool), (.text, .text): true
    default: false
    }
  }

  /// `count` zeros, or empty strings, of the same type: what a missing required column means.
  func defaults(count: Int) -> ColumnValues {
    switch self {
    case .int64: .int64([Int64](repeating: 0, count: count))
    case .double: .double([Double](repeating: 0, count: count))
    case .bool: .bool([UInt8](repeating: 0, count: count))
    case .text:
      .text(
        TextColumn(
          codes: [UInt32](repeating: 0, count: count), table: StringTable([""]), isDistinct: true))
    }
  }
}
