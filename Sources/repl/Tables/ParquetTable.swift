import Columns
import Compression
import Parquet

/// A whole table as a flat Parquet file, whose columns have the types that their values have.
package enum ParquetTable {
  package static func bytes(_ table: Table) -> [UInt8] {
    let kinds = table.columns.indices.map { column in
      ColumnKind(table.rows.lazy.map { $0.cells[column] })
    }
    do throws(ByteSourceError) {
      var rows = try ParquetRows(table.columns, kinds: kinds, to: MemoryByteSink())
      try rows.add(table.rows)
      return try rows.finish().bytes
    } catch {
      preconditionFailure("memory takes every byte")
    }
  }

  /// Readers want every name once, some without regard to case, and none empty.
  static func columnNames(_ columns: [Table.Column]) -> [String] {
    var taken = Set(columns.map { $0.key.lowercased() })
    var seen: Set<String> = []
    return columns.map { column in
      if !column.key.isEmpty, seen.insert(column.key.lowercased()).inserted { return column.key }
      let base = column.key.isEmpty ? "unnamed" : column.key
      var name = base
      var number = 1
      while !taken.insert(name.lowercased()).inserted {  // fewer names are taken than there are
        number += 1
        name = "\(base)_\(number)"
      }
      return name
    }
  }
}

/// What the values of a column have in common.
enum ColumnKind: Sendable, Equatable {
  case text, integer, float, bool, time

  /// The narrowest kind that holds every cell exactly; texts hold everything.
  init(_ cells: some Sequence<Cell>) {
    var kind: ColumnKind?
    for cell in cells {
      guard let own = Self.kind(of: cell), own != kind else { continue }
      guard let known = kind else {
        kind = own
        continue
      }
      // Integers and floats in one column are numbers.
      guard Set([known, own]) == [.integer, .float] else {
        kind = .text
        break
      }
      kind = .float
    }
    if kind == .float, !cells.allSatisfy(Self.isExactAsFloat) { kind = .text }
    self = kind ?? .text
  }

  private static func kind(of cell: Cell) -> ColumnKind? {
    switch cell {
    case .missing: nil
    case .text, .list: .text
    case .integer, .duration, .size: .integer
    case .float: .float
    case .bool: .bool
    case .time: .time
    }
  }

  private static func isExactAsFloat(_ cell: Cell) -> Bool {
    switch cell {
    case .integer(let value), .duration(let value): Int64(exactly: Double(value)) == value
    case .size(let count): Int(exactly: Double(count)) == count
    default: true
    }
  }

  func format(named name: String) -> ColumnFormat {
    switch self {
    case .text: ColumnFormat(name, .text, .dictionary, .zstd, repetition: .optional)
    case .integer: ColumnFormat(name, .int64, .plain, .zstd, repetition: .optional)
    case .float: ColumnFormat(name, .double, .plain, .zstd, repetition: .optional)
    case .bool: ColumnFormat(name, .bool, .plain, .zstd, repetition: .optional)
    case .time: ColumnFormat(name, .timestamp, .delta, .zstd, repetition: .optional)
    }
  }

  func content(_ rows: [Table.Row], column: Int) -> ColumnContent {
    var present = Bitmap(count: rows.count)
    var cells: [Cell] = []
    for (number, row) in rows.enumerated() where row.cells[column] != .missing {
      present[number] = true
      cells.append(row.cells[column])
    }
    return ColumnContent(
      levels: NestedLevels.rows(rows.count).optional(present), values: values(cells))
  }

  /// `cells` have values, all of this kind.
  private func values(_ cells: [Cell]) -> ColumnValues {
    switch self {
    case .text: .text(Self.texts(cells))
    case .integer: .int64(cells.map(Self.integer))
    case .float:
      .double(
        cells.map { cell in
          if case .float(let value) = cell { value } else { Double(Self.integer(cell)) }
        })
    case .bool: .bool(cells.map { $0 == .bool(true) ? 1 : 0 })
    case .time: .int64(cells.map(Self.integer))
    }
  }

  private static func integer(_ cell: Cell) -> Int64 {
    switch cell {
    case .integer(let value), .duration(let value): value
    case .size(let count): Int64(count)
    case .time(let nanoseconds): Int64(clamping: nanoseconds)
    case .missing, .text, .float, .bool, .list: preconditionFailure("the cell is of the kind")
    }
  }

  private static func texts(_ cells: [Cell]) -> TextColumn {
    var strings = StringInterner()
    let codes = cells.map { strings.intern(text($0)) }
    return TextColumn(codes: codes, table: strings.table, isDistinct: true)
  }

  /// A list is a JSON array, as it is in ndjson.
  private static func text(_ cell: Cell) -> String {
    if case .list = cell { return String(decoding: JSONLines.value(cell), as: UTF8.self) }
    return cell.exact
  }
}
