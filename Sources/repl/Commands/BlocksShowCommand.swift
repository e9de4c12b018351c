import Storage
import Wire

/// `traceql blocks show`: one block from the inside.
enum BlocksShowCommand {
  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let block = try await BlockChoice.onlyBlock(session)
    var line = ProgressLine(width: session.terminal.errorWidth)
    let layout: BlockLayout
    do throws(StorageError) {
      layout = try BlockLayout(of: block) { done, total in
        line.show("\(NumberText.grouped(done)) of \(NumberText.counted(total, "column chunk"))")
      }
    } catch {
      line.clear()
      throw CommandFailure(error)
    }
    line.clear()
    let limit = session.settings.limit == 0 ? Int.max : session.settings.limit
    let columns = BlockColumnRows.table(layout, limit: limit)
    switch session.settings.format {
    case .table, .tree:
      var lines = BlockText.heading(block, layout, session.settings.zone)
      if layout.rowGroups.count > 1 {
        let groups = BlockColumnRows.rowGroups(layout, limit: limit)
        lines += ["", session.terminal.outputStyle.apply(.bold, to: "Row groups")]
        lines += drawn(groups, session)
      }
      StandardStream.output.write(lines.joined(separator: "\n") + "\n\n")
      TableOutput.write(columns, footer: footer(layout, columns.rows.count), session: session)
    case .json, .ndjson, .csv, .tsv, .markdown, .chart, .prometheus, .svg, .parquet, .text, .junit,
      .tap:
      TableOutput.write(columns, footer: nil, session: session)
      if columns.rows.count < layout.columns.count {
        session.complain(footer(layout, columns.rows.count))
      }
    }
    return .answered
  }

  private static func drawn(_ table: Table, _ session: Session) -> [String] {
    TextTable(
      width: session.terminal.outputWidth, style: session.terminal.outputStyle,
      zone: session.settings.zone
    ).lines(table)
  }

  private static func footer(_ layout: BlockLayout, _ shown: Int) -> String {
    let all = NumberText.counted(layout.columns.count, "column")
    guard shown < layout.columns.count else { return all }
    return "\(shown) largest of \(all) · --limit 0 shows all"
  }
}
