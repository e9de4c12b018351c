import Compaction
import Storage

/// `traceql blocks compact`: small blocks become larger ones.
enum BlocksCompactCommand {
  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let isDry = session.arguments.isSet(.dryRun)
    let path = session.arguments.operands.first ?? session.dataFolderPath
    var run = try RewriteRun(session)
    let window = try session.nanoseconds(.window)
    let grace = try session.nanoseconds(.grace)
    let folder = try DataFolder(path, session, isReadOnly: isDry)
    var (cleared, damaged) = (0, 0)
    for tenant in folder.tenants {
      var compactor = Compactor(tenant)
      if let window { compactor.compaction.windowNanoseconds = max(1, window) }
      if let grace { compactor.graceNanoseconds = grace }
      guard try await compact(&compactor, &run, session, isDry: isDry) else {
        session.complain(RewriteRun.interrupted)
        return .interrupted
      }
      damaged += compactor.setAside.count
      if isDry { continue }
      do throws(StorageError) {
        cleared += try compactor.clear(now: Clock.nowNanoseconds()).count
      } catch {
        throw CommandFailure(error)
      }
    }
    if !isDry {
      run.sayWhatWasDone(cleared > 0 ? ["\(NumberText.counted(cleared, "old block")) removed"] : [])
    }
    if damaged > 0 {
      session.complain(
        "\(NumberText.counted(damaged, "block")) left alone; 'traceql blocks repair' makes sound "
          + "ones of what can be read")
    }
    return damaged > 0 ? .partial : .answered
  }

  /// Goes on until there is nothing to merge; false if Ctrl-C came.
  private static func compact(
    _ compactor: inout Compactor, _ run: inout RewriteRun, _ session: Session, isDry: Bool
  ) async throws(CommandFailure) -> Bool {
    while true {  // every turn leaves fewer blocks, or fewer that may be merged
      let jobs: [[Block]]
      do throws(StorageError) {
        let blocks = try isDry ? compactor.blocks() : compactor.recover()
        jobs = try compactor.jobs(blocks)
      } catch {
        throw CommandFailure(error)
      }
      if jobs.isEmpty { return true }
      for (number, job) in jobs.enumerated() {
        let names = job.map(\.name).joined(separator: " ")
        if isDry {
          let size = NumberText.bytes(job.reduce(0) { $0 + $1.metadata.byteCount })
          let what = "\(NumberText.counted(job.count, "block")), \(size)"
          StandardStream.output.write("would merge \(what): \(names)\n")
          continue
        }
        let done = try await run.run(
          run.rewrite(job), compactor, what: "merge \(number + 1) of \(jobs.count)")
        guard let done else { return false }
        for (block, reason) in done.damaged {
          session.complain("\(block.name) cannot be merged: \(reason)")
          compactor.setAside.insert(block.name)
        }
        if let metadata = done.metadata {
          StandardStream.output.write("\(compactor.folder.path)/\(metadata.blockID)\n")
        }
      }
      if isDry { return true }
    }
  }
}
