import BlockWriter
import Compaction
import Storage

/// `traceql blocks convert` and `traceql blocks rewrite`: the same spans in another form.
enum BlocksRewriteCommand {
  /// Blocks of another version become blocks of this one.
  static func convert(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let version =
      session.arguments.value(.blockFormat).flatMap { BlockVersion(rawValue: $0) } ?? .vParquet5
    return try await run(
      session, isWanted: { $0.metadata.format != version.rawValue },
      change: { $0.version = version })
  }

  /// Other columns, row groups or compression.
  static func rewrite(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let arguments = session.arguments
    let flags: [Flag.Name] = [.dedicated, .rowGroupSize, .compression, .blockFormat]
    guard flags.contains(where: arguments.isSet) else {
      throw CommandFailure(
        UsageError(
          "nothing is to change",
          hint: "Give --dedicated, --row-group-size, --compression or --block-format.",
          command: .blocksRewrite))
    }
    let compression = arguments.value(.compression).flatMap { BlockCompression(rawValue: $0) }
    let version = arguments.value(.blockFormat).flatMap { BlockVersion(rawValue: $0) }
    return try await run(
      session, isWanted: { _ in true },
      change: { rewrite in
        if let compression { rewrite.compression = compression }
        if let version { rewrite.version = version }
      })
  }

  private static func run(
    _ session: Session, isWanted: (Block) -> Bool, change: (inout BlockRewrite) -> Void
  ) async throws(CommandFailure) -> ExitCode {
    let isDry = session.arguments.isSet(.dryRun)
    var run = try RewriteRun(session)
    let folder = try DataFolder(session.dataFolderPath, session, isReadOnly: isDry)
    let chosen = try folder.chosen(session.arguments.operands).filter { isWanted($0.block) }
    for (number, (tenant, block)) in chosen.enumerated() {
      if isDry {
        StandardStream.output.write("would rewrite \(tenant.path)/\(block.name)\n")
        continue
      }
      var rewrite = run.rewrite([block])
      // The same spans: no level up.
      rewrite.compactionLevel = block.metadata.compactionLevel
      change(&rewrite)
      let done = try await run.run(
        rewrite, Compactor(tenant), what: "block \(number + 1) of \(chosen.count)")
      guard let done else {
        session.complain(RewriteRun.interrupted)
        return .interrupted
      }
      if let metadata = done.metadata {
        StandardStream.output.write("\(tenant.path)/\(metadata.blockID)\n")
      }
    }
    if !isDry { run.sayWhatWasDone() }
    return .answered
  }
}
