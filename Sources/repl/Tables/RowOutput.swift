/// Puts rows on standard output as they come, in a format that needs no look at later ones.
package struct RowOutput {
  private let columns: [Table.Column]
  private let format: OutputFormat
  private let zone: CivilTime.Zone
  private var output = BufferedOutput()

  /// Writes the heading. `format` is one of csv, tsv, ndjson and markdown.
  package init(columns: [Table.Column], format: OutputFormat, zone: CivilTime.Zone) {
    self.columns = columns
    self.format = format
    self.zone = zone
    switch format {
    case .csv: output.write(DelimitedText.heading(columns, .commas))
    case .tsv: output.write(DelimitedText.heading(columns, .tabs))
    case .markdown: output.write(MarkdownTable.heading(columns))
    case .ndjson: break
    case .table, .tree, .json, .chart, .prometheus, .svg, .parquet, .text, .junit, .tap:
      preconditionFailure("the format has lines of its own")
    }
  }

  package mutating func write(_ rows: some Sequence<Table.Row>) {
    for row in rows {
      switch format {
      case .csv: output.write(DelimitedText.line(row, .commas))
      case .tsv: output.write(DelimitedText.line(row, .tabs))
      case .markdown: output.write(MarkdownTable.line(row, zone: zone))
      default: output.write(JSONLines.line(row, columns))
      }
    }
  }

  /// Writes what has not been written yet.
  package mutating func finish() { output.flush() }
}
