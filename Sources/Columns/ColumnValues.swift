/// The non-null values of one column, in storage order.
///
/// Integers of every width and sign are widened to `Int64` (unsigned ones bit for bit).
package enum ColumnValues: Sendable {
  case int64([Int64])
  case double([Double])
  /// One byte a value, 0 or 1.
  case bool([UInt8])
  case text(TextColumn)

  package var count: Int {
    switch self {
    case .int64(let values): values.count
    case .double(let values): values.count
    case .bool(let values): values.count
    case .text(let column): column.codes.count
    }
  }

  /// Bytes these values keep in memory, a shared dictionary not counted.
  package var memoryBytes: Int {
    switch self {
    case .int64(let values): values.count * 8
    case .double(let values): values.count * 8
    case .bool(let values): values.count
    case .text(let column): column.codes.count * 4
    }
  }

  /// Bytes that are in memory as long as these values are, the dictionary among them.
  package var heldBytes: Int {
    guard case .text(let column) = self else { return memoryBytes }
    return memoryBytes + column.table.memoryBytes
  }
}

/// Strings as codes into a table.
///
/// Where the file has a dictionary the table is that dictionary; where it has none, code `i` is
/// value `i`. Equal codes are always equal strings. Different codes may be equal strings, unless
/// `isDistinct`.
package struct TextColumn: Sendable {
  package var codes: [UInt32]
  package var table: StringTable
  /// The table holds each string once.
  package var isDistinct: Bool

  package init(codes: [UInt32], table: StringTable, isDistinct: Bool) {
    self.codes = codes
    self.table = table
    self.isDistinct = isDistinct
  }

  /// Value `row` as a string.
  package func string(at row: Int) -> String { table.string(at: Int(codes[row])) }
  package func bytes(at row: Int) -> [UInt8] { table.bytes(at: Int(codes[row])) }
}

/// A column below a lane: value `i` belongs to element `owners[i]` of that lane.
///
/// An optional column has at most one value per owner, a repeated one any number. `owners` is
/// ascending.
package struct OwnedColumn: Sendable {
  package var owners: [UInt32]
  package var values: ColumnValues
  /// Elements of the owning lane, with or without values.
  package var ownerCount: Int

  package init(owners: [UInt32], values: ColumnValues, ownerCount: Int) {
    precondition(owners.count == values.count, "owners and values are read together")
    self.owners = owners
    self.values = values
    self.ownerCount = ownerCount
  }

  /// Bytes that are in memory as long as this column is.
  package var heldBytes: Int { owners.count * 4 + values.heldBytes }
}
