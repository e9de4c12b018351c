import Storage

/// `traceql blocks verify`: whether blocks are what they say they are.
enum BlocksVerifyCommand {
  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let blocks = try await BlockChoice.blocks(session)
    let isText = [.table, .tree].contains(session.settings.format)
    var rows = BlockFindingRows()
    var line = ProgressLine(width: session.terminal.errorWidth)
    for (number, block) in blocks.enumerated() {
      let report: BlockReport
      do throws(StorageError) {
        report = try BlockVerifier.verify(block) { done, total in
          line.show(
            "block \(number + 1) of \(blocks.count) · "
              + "\(NumberText.grouped(done)) of \(NumberText.counted(total, "column chunk"))")
        }
      } catch {
        line.clear()
        throw CommandFailure(error)
      }
      line.clear()
      rows.add(report, of: block)
      if isText {
        let lines = BlockFindingRows.lines(report, of: block, session.terminal.outputStyle)
        StandardStream.output.write(lines.joined(separator: "\n") + "\n")
      }
    }
    if isText {
      StandardStream.output.write("\n")
      TableOutput.lines([], footer: rows.summary, session: session)
    } else {
      TableOutput.write(rows.table, footer: nil, session: session)
    }
    return rows.damagedCount > 0 ? .unreadable : .answered
  }
}
