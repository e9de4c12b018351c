/// A table as blocks of lines, one `name = value` for each column: for rows that are too wide.
package enum LineBlocks {
  package static func lines(_ table: Table, zone: CivilTime.Zone) -> [String] {
    let width = table.columns.map { DisplayWidth.of($0.title) }.max() ?? 0
    var lines: [String] = []
    for row in table.rows {
      if !lines.isEmpty { lines.append("") }
      for (column, cell) in zip(table.columns, row.cells) {
        let title = DisplayWidth.leftPadded(column.title, to: width)
        lines.append("\(title) = \(cell.readable(zone: zone))")
      }
    }
    return lines
  }
}
