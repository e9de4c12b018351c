/// Writes a table as comma-separated (RFC 4180) or tab-separated lines, with a heading.
package enum DelimitedText {
  package enum Style: Sendable {
    /// CSV: cells with a comma, a quote or a line break are quoted. Lines end with LF.
    case commas
    /// TSV: tab, line breaks and backslash inside a cell are escaped by a backslash.
    case tabs
  }

  package static func commaSeparated(_ table: Table) -> String { text(table, .commas) }
  package static func tabSeparated(_ table: Table) -> String { text(table, .tabs) }

  private static func text(_ table: Table, _ style: Style) -> String {
    table.rows.reduce(into: heading(table.columns, style)) { $0 += line($1, style) }
  }

  package static func heading(_ columns: [Table.Column], _ style: Style) -> String {
    joined(columns.lazy.map(\.key), style)
  }

  package static func line(_ row: Table.Row, _ style: Style) -> String {
    joined(row.cells.lazy.map(\.exact), style)
  }

  private static func joined(_ cells: some Sequence<String>, _ style: Style) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      if index > 0 { line += style == .commas ? "," : "\t" }
      line += style == .commas ? quoted(cell) : escaped(cell)
    }
    return line + "\n"
  }

  private static func quoted(_ cell: String) -> String {
    let needsQuotes = cell.utf8.contains { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
        || byte == UInt8(ascii: "\r")
    }
    guard needsQuotes else { return cell }
    let doubled = cell.split(separator: "\"", omittingEmptySubsequences: false)
    return "\"" + doubled.joined(separator: "\"\"") + "\""
  }

  private static func escaped(_ cell: String) -> String {
    let needsEscapes = cell.utf8.contains { byte in
      byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\n")
        || byte == UInt8(ascii: "\r")
    }
    guard needsEscapes else { return cell }
    var result = ""
    for scalar in cell.unicodeScalars {
      switch scalar {
      case "\t": result += "\\t"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\\": result += "\\\\"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
