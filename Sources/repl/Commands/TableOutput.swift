/// Puts a table on standard output in the format asked for.
enum TableOutput {
  /// What a table is called below it, and what it cost; nil leaves it out.
  static func write(_ table: Table, footer: String?, session: Session) {
    let zone = session.settings.zone
    switch session.settings.format {
    case .csv: StandardStream.output.write(DelimitedText.commaSeparated(table))
    case .tsv: StandardStream.output.write(DelimitedText.tabSeparated(table))
    case .ndjson: StandardStream.output.write(JSONLines.bytes(table))
    case .json: StandardStream.output.write(JSONLines.array(table))
    case .parquet: StandardStream.output.write(ParquetTable.bytes(table))
    case .markdown: StandardStream.output.write(MarkdownTable.text(table, zone: zone))
    case .table, .tree, .chart, .prometheus, .svg, .text, .junit, .tap:
      let drawing = TextTable(
        width: session.terminal.outputWidth, style: session.terminal.outputStyle, zone: zone)
      lines(table.rows.isEmpty ? [] : drawing.lines(table), footer: footer, session: session)
    }
  }

  /// Who reads the format asked for.
  static func readers(_ session: Session) -> Table.Readers {
    switch session.settings.format {
    case .table, .tree, .markdown, .chart, .text, .junit, .tap: .people
    case .json, .ndjson, .csv, .tsv, .prometheus, .svg, .parquet: .programs
    }
  }

  /// Lines for people, a blank line, and the footer.
  static func lines(_ lines: [String], footer: String?, session: Session) {
    var lines = lines
    if let footer {
      if !lines.isEmpty { lines.append("") }
      lines.append(session.terminal.outputStyle.apply(.dim, to: footer))
    }
    guard !lines.isEmpty else { return }
    StandardStream.output.write(lines.joined(separator: "\n") + "\n")
  }
}
