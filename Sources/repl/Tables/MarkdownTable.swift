/// Writes a table for a document: GitHub's pipe tables.
package enum MarkdownTable {
  package static func text(_ table: Table, zone: CivilTime.Zone) -> String {
    var lines = [line(table.columns.map { escaped($0.title) })]
    lines.append(line(table.columns.map { $0.alignment == .right ? "--:" : "---" }))
    for row in table.rows {
      lines.append(line(row.cells.map { escaped($0.readable(zone: zone)) }))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func line(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
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
