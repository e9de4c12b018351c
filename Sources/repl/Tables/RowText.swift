/// A table row by row in the formats that need no look at other rows: what stands before the rows,
/// each row, and what stands behind them.
package struct RowText {
  package var columns: [Table.Column]
  package var mode: ShellMode
  package var zone: CivilTime.Zone

  package init(columns: [Table.Column], mode: ShellMode, zone: CivilTime.Zone) {
    self.columns = columns
    self.mode = mode
    self.zone = zone
  }

  package var start: [UInt8] {
    switch mode {
    case .csv: Array(DelimitedText.heading(columns, .commas).utf8)
    case .tsv: Array(DelimitedText.heading(columns, .tabs).utf8)
    case .markdown: Array(MarkdownTable.heading(columns).utf8)
    case .json: Array("[".utf8)
    case .auto, .table, .line, .ndjson, .tree, .chart, .otlpJSON: []
    }
  }

  package func row(_ row: Table.Row, isFirst: Bool) -> [UInt8] {
    switch mode {
    case .csv: return Array(DelimitedText.line(row, .commas).utf8)
    case .tsv: return Array(DelimitedText.line(row, .tabs).utf8)
    case .markdown: return Array(MarkdownTable.line(row, zone: zone).utf8)
    case .json:
      return Array((isFirst ? "" : ",").utf8) + JSONLines.line(row, columns).dropLast()
    case .ndjson, .otlpJSON: return JSONLines.line(row, columns)
    case .auto, .table, .line, .tree, .chart:
      let lines = LineBlocks.lines(Table(columns: columns, rows: [row]), zone: zone)
      return Array(((isFirst ? "" : "\n") + lines.joined(separator: "\n") + "\n").utf8)
    }
  }

  package func end(isEmpty: Bool) -> [UInt8] { mode == .json ? Array("]\n".utf8) : [] }
}
