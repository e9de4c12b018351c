import Wire

/// Writes a table as one JSON object per row and line; every object has every column.
package enum JSONLines {
  package static func bytes(_ table: Table) -> [UInt8] {
    var result: [UInt8] = []
    for row in table.rows {
      var writer = JSONWriter(reservingBytes: 256)
      write(row, table, to: &writer)
      result += writer.bytes
      result.append(UInt8(ascii: "\n"))
    }
    return result
  }

  /// The same objects as one JSON array, for answers the API has no form for.
  package static func array(_ table: Table) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginArray()
    for row in table.rows { write(row, table, to: &writer) }
    writer.endArray()
    return writer.bytes + [UInt8(ascii: "\n")]
  }

  private static func write(_ row: Table.Row, _ table: Table, to writer: inout JSONWriter) {
    writer.beginObject()
    for (column, cell) in zip(table.columns, row.cells) {
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
