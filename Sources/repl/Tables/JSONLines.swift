import Wire

/// Writes a table as one JSON object per row and line; every object has every column.
package enum JSONLines {
  package static func bytes(_ table: Table) -> [UInt8] {
    table.rows.reduce(into: []) { $0 += line($1, table.columns) }
  }

  package static func line(_ row: Table.Row, _ columns: [Table.Column]) -> [UInt8] {
    var writer = JSONWriter(reservingBytes: 256)
    write(row, columns, to: &writer)
    return writer.bytes + [UInt8(ascii: "\n")]
  }

  /// A value alone.
  package static func value(_ cell: Cell) -> [UInt8] {
    var writer = JSONWriter()
    write(cell, to: &writer)
    return writer.bytes
  }

  /// The same objects as one JSON array, for answers the API has no form for.
  package static func array(_ table: Table) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginArray()
    for row in table.rows { write(row, table.columns, to: &writer) }
    writer.endArray()
    return writer.bytes + [UInt8(ascii: "\n")]
  }

  private static func write(
    _ row: Table.Row, _ columns: [Table.Column], to writer: inout JSONWriter
  ) {
    writer.beginObject()
    for (column, cell) in zip(columns, row.cells) {
      writer.key(column.key)
      write(cell, to: &writer)
    }
    writer.endObject()
  }

  private static func write(_ cell: Cell, to writer: inout JSONWriter) {
    switch cell {
    case .missing: writer.null()
    case .text(let text): writer.string(text)
    case .integer(let value), .duration(let value): writer.int(value)
    case .float(let value): writer.double(value)
    case .bool(let value): writer.bool(value)
    case .time: writer.string(cell.exact)
    case .size(let count): writer.int(count)
    case .list(let cells):
      writer.beginArray()
      for cell in cells { write(cell, to: &writer) }
      writer.endArray()
    }
  }
}
