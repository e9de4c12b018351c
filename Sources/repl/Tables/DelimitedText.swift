/// Writes a table as comma-separated (RFC 4180) or tab-separated lines, with a heading.
package enum DelimitedText {
  /// CSV: cells with a comma, a quote or a line break are quoted. Lines end with LF.
  package static func commaSeparated(_ table: Table) -> String {
    text(table, separator: ",") { cell in
      let needsQuotes = cell.utf8.contains { byte in
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
          || byte == UInt8(ascii: "\r")
      }
      guard needsQuotes else { return cell }
      let doubled = cell.split(separator: "\"", omittingEmptySubsequences: false)
      return "\"" + doubled.joined(separator: "\"\"") + "\""
    }
  }

  /// TSV: tab, line breaks and backslash inside a cell are escaped by a backslash.
  package static func tabSeparated(_ table: Table) -> String {
    text(table, separator: "\t") { cell in
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

  private static func text(
    _ table: Table, separator: String, quote: (String) -> String
  ) -> String {
    var result = table.columns.map { quote($0.key) }.joined(separator: separator) + "\n"
    for row in table.rows {
      result += row.cells.map { quote($0.exact) }.joined(separator: separator) + "\n"
    }
    return result
  }
}
