import Compaction
import Storage

/// `traceql blocks expire`: blocks that have had their time, or are too many, go.
enum BlocksExpireCommand {
  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let isDry = session.arguments.isSet(.dryRun)
    let path = session.arguments.operands.first ?? session.dataFolderPath
    let folder = try DataFolder(path, session, isReadOnly: isDry)
    let now = Clock.nowNanoseconds()
    var (retired, cleared, bytes) = (0, 0, 0)
    for tenant in folder.tenants {
      var compactor = Compactor(tenant)
      if let age = try session.nanoseconds(.retention) {
        compactor.retention.retentionNanoseconds = age
      }
      compactor.retention.bytesMax = try session.bytes(.quota)
      if let grace = try session.nanoseconds(.grace) { compactor.graceNanoseconds = grace }
      do throws(StorageError) {
        let blocks = try isDry ? compactor.blocks() : compactor.recover()
        for (block, reason) in compactor.expired(blocks, now: now).expired {
          let verb = isDry ? "would expire" : "expired"
          StandardStream.output.write("\(verb) by \(reason): \(tenant.path)/\(block.name)\n")
          if !isDry { try tenant.retire(block.name) }
          retired += 1
          bytes += block.metadata.byteCount
        }
        if !isDry { cleared += try compactor.clear(now: now).count }
      } catch {
        throw CommandFailure(error)
      }
    }
    StandardStream.error.write(
      [
        NumberText.counted(retired, "block") + (isDry ? " to expire" : " expired"),
        NumberText.bytes(bytes), NumberText.counted(cleared, "block") + " removed",
      ].joined(separator: " · ") + "\n")
    return .answered
  }
}
