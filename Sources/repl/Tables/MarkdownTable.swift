/// Writes a table for a document: GitHub's pipe tables.
package enum MarkdownTable {
  package static func text(_ table: Table, zone: CivilTime.Zone) -> String {
    table.rows.reduce(into: heading(table.columns)) { $0 += line($1, zone: zone) }
  }

  package static func heading(_ columns: [Table.Column]) -> String {
    line(columns.map { escaped($0.title) })
      + line(columns.map { $0.alignment == .right ? "--:" : "---" })
  }

  package static func line(_ row: Table.Row, zone: CivilTime.Zone) -> String {
    line(row.cells.map { escaped($0.readable(zone: zone)) })
  }

  private static func line(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |\n"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in PrintableText.escaped(text).unicodeScalars {
      switch scalar {
      case "|", "\\", "`", "*", "_", "<": result += "\\" + String(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
