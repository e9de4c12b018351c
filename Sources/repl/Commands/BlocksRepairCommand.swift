import Columns
import Compaction
import Engine
import Storage

/// `traceql blocks repair`: what can be read of a damaged block becomes a sound one.
enum BlocksRepairCommand {
  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let isDry = session.arguments.isSet(.dryRun)
    var run = try RewriteRun(session)
    let folder = try DataFolder(session.dataFolderPath, session, isReadOnly: isDry)
    var lost = 0
    for (tenant, block) in try folder.chosen(session.arguments.operands) {
      let failures = try await trial(block, session)
      guard let failures else {
        session.complain(RewriteRun.interrupted)
        return .interrupted
      }
      for (rowGroup, reason) in failures {
        lost += 1
        session.complain("row group \(rowGroup) of \(block.name) is left out: \(reason)")
      }
      if isDry {
        StandardStream.output.write("would rewrite \(tenant.path)/\(block.name)\n")
        continue
      }
      var rewrite = run.rewrite([block])
      rewrite.compactionLevel = block.metadata.compactionLevel
      rewrite.skippedRowGroups = [Set(failures.map(\.rowGroup))]
      guard let done = try await run.run(rewrite, Compactor(tenant), what: block.name) else {
        session.complain(RewriteRun.interrupted)
        return .interrupted
      }
      if let metadata = done.metadata {
        StandardStream.output.write("\(tenant.path)/\(metadata.blockID)\n")
      }
    }
    if !isDry {
      run.sayWhatWasDone(lost > 0 ? ["\(NumberText.counted(lost, "row group")) left out"] : [])
    }
    return lost > 0 ? .partial : .answered
  }

  /// Every row group read once; nil if Ctrl-C came.
  private static func trial(
    _ block: Block, _ session: Session
  ) async throws(CommandFailure) -> [(rowGroup: Int, reason: StorageError)]? {
    let (result, outcome) = await QueryWatch.run(
      timeoutNanoseconds: nil, width: nil
    ) { progress async throws(StorageError) -> [(rowGroup: Int, reason: StorageError)] in
      try RowGroupTrial.failures(of: block, isCancelled: { progress.isCancelled })
    }
    switch result {
    case .success(let failures): return failures
    case .failure(let error):
      if outcome == .interrupted { return nil }
      throw CommandFailure(error)
    }
  }
}
