import Engine
import Parquet
import Storage

/// `traceql blocks verify`: whether blocks are what they say they are.
enum BlocksVerifyCommand {
  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let blocks = try await BlockChoice.blocks(session)
    let isText = [.table, .tree].contains(session.settings.format)
    var rows = BlockFindingRows()
    var outcome = QueryWatch.Outcome.finished
    let start = Clock.monotonicNanoseconds()
    for (number, block) in blocks.enumerated() where outcome == .finished {
      let report: BlockReport
      (report, outcome) = await verify(
        block, "block \(number + 1) of \(blocks.count)", since: start, session)
      rows.add(report, of: block)
      if isText {
        let lines = BlockFindingRows.lines(report, of: block, session.terminal.outputStyle)
        StandardStream.output.write(lines.joined(separator: "\n") + "\n")
      }
      if outcome != .finished {
        for left in blocks[(number + 1)...] { rows.addUnchecked(left) }
      }
    }
    if isText {
      StandardStream.output.write("\n")
      TableOutput.lines([], footer: rows.summary, session: session)
    } else {
      TableOutput.write(rows.table, footer: nil, session: session)
    }
    let code = session.conclude(outcome, partialReasons: [])
    return code == .answered && rows.damagedCount > 0 ? .unreadable : code
  }

  /// Checks one block under watch: Ctrl-C and `--timeout` end it with what was found by then.
  private static func verify(
    _ block: Block, _ title: String, since start: UInt64, _ session: Session
  ) async -> (report: BlockReport, outcome: QueryWatch.Outcome) {
    let progress = VerifyProgress()
    let elapsed = Clock.monotonicNanoseconds() - start
    let display = session.terminal.errorWidth.map { width in
      QueryWatch.Display(quietNanoseconds: 1_000_000_000 - min(elapsed, 1_000_000_000)) { _, _ in
        [DisplayWidth.truncated(title + " · " + progress.snapshot().text, to: max(1, width - 1))]
      }
    }
    let timeout = session.settings.timeoutNanoseconds.map { $0 - min(elapsed, $0) }
    let (result, outcome) = await QueryWatch.run(
      timeoutNanoseconds: timeout, display: display
    ) { query throws(Never) in
      await BlockVerifier.verify(
        block, statistics: ReadStatistics(isCancelled: { query.isCancelled }),
        threadCount: session.threadCount, progress: progress)
    }
    return (result.get(), outcome)
  }
}
