import Columns
import Compaction
import Spans
import Storage

/// `traceql blocks redact`: attributes or traces disappear from blocks, and from the disk.
enum BlocksRedactCommand {
  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let isDry = session.arguments.isSet(.dryRun)
    _ = try redaction(session)
    var run = try RewriteRun(session)
    let folder = try DataFolder(session.dataFolderPath, session, isReadOnly: isDry)
    var (attributes, traces) = (0, 0)
    for (tenant, block) in try folder.chosen(session.arguments.operands) {
      let redaction = try redaction(session)
      var rewrite = run.rewrite([block])
      rewrite.compactionLevel = block.metadata.compactionLevel
      rewrite.redaction = redaction
      if isDry {
        try count(rewrite)
      } else {
        guard let done = try await run.run(rewrite, Compactor(tenant), what: block.name) else {
          session.complain(RewriteRun.interrupted)
          return .interrupted
        }
        if !done.isUnchanged { try conclude(done, block, tenant, session) }
      }
      attributes += redaction.attributeCount
      traces += redaction.traceCount
    }
    let found =
      "\(NumberText.counted(attributes, "attribute")) and \(NumberText.counted(traces, "trace"))"
    if isDry {
      StandardStream.output.write("would redact \(found)\n")
    } else {
      run.sayWhatWasDone([found + " redacted"])
    }
    return .answered
  }

  private static func redaction(_ session: Session) throws(CommandFailure) -> Redaction {
    let arguments = session.arguments
    var traces: [TraceID] = []
    for text in arguments.values[.trace] ?? [] {
      traces.append(TraceID(try TraceCommand.parse(text)))
    }
    let names = arguments.values[.attribute] ?? []
    guard !names.isEmpty || !traces.isEmpty else {
      throw CommandFailure(
        UsageError(
          "nothing is named", hint: "Give --attribute NAME or --trace TRACE-ID.",
          command: .blocksRedact))
    }
    return Redaction(
      attributes: names, value: arguments.value(.value),
      replacement: arguments.value(.replacement), traces: SortedTraceIDs(traces))
  }

  private static func count(_ rewrite: BlockRewrite) throws(CommandFailure) {
    do throws(StorageError) {
      _ = try rewrite.read()
    } catch {
      throw CommandFailure(error)
    }
  }

  /// The old block goes at once, not after a time of grace; the new one is read again.
  private static func conclude(
    _ done: BlockRewrite.Outcome, _ block: Block, _ tenant: TenantFolder, _ session: Session
  ) throws(CommandFailure) {
    tenant.clear(block.name)
    guard let metadata = done.metadata else { return }
    let path = tenant.path + "/" + metadata.blockID
    do throws(StorageError) {
      let catalog = try BlockCatalog.open(path: path, tenant: nil, cache: .init(capacityBytes: 0))
      var again = BlockRewrite(merging: catalog.blocks)
      let redaction = try self.redaction(again: session)
      again.redaction = redaction
      _ = try again.read()
      guard !redaction.isNeeded else {
        throw .damaged(file: path, "something that was to be redacted is still there")
      }
    } catch {
      throw CommandFailure(error)
    }
    StandardStream.output.write(path + "\n")
  }

  /// The same redaction with counters of its own.
  private static func redaction(again session: Session) throws(StorageError) -> Redaction {
    do throws(CommandFailure) {
      return try redaction(session)
    } catch {
      preconditionFailure("flags that were read once can be read again")
    }
  }
}
