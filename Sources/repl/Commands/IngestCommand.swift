import BlockWriter
import Engine
import Intake
import Parquet
import Spans
import Storage

/// `traceql ingest FILES --to DIR`: dumps of spans become blocks, without a server.
enum IngestCommand {
  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let (result, outcome) = await QueryWatch.run(timeoutNanoseconds: nil, width: nil) {
      progress async throws(CommandFailure) in
      var ingest = try Ingest(session, progress)
      for file in session.arguments.operands { try await ingest.read(file) }
      try await ingest.writeBlock()
      ingest.sayWhatCame()
    }
    switch result {
    case .success: return .answered
    case .failure(let error):
      if outcome == .interrupted {
        throw CommandFailure("interrupted; blocks that were named are complete", code: .interrupted)
      }
      throw error
    }
  }
}

/// Files on their way into blocks.
private struct Ingest {
  private let session: Session
  private let folder: String
  private let tenant: String
  private let version: BlockVersion
  private let dedicated: DedicatedColumnChoice
  private var table = SpanTable()
  private var blocks: [BlockMetadata] = []
  private var spanCount = 0
  private var duplicateCount = 0
  private let start = ContinuousClock.now
  private var inputBytes = 0
  private var progress: IngestProgress
  /// Ctrl-C is heard between pieces of a file and between row groups.
  private let watch: QueryProgress

  /// Spans are written when they take this much memory.
  private static let tableBytesMax = 1 << 30

  init(_ session: Session, _ watch: QueryProgress) throws(CommandFailure) {
    self.session = session
    self.watch = watch
    guard let folder = session.arguments.value(.to), !folder.isEmpty else {
      throw CommandFailure(
        UsageError("--to is missing: the folder the blocks go to", command: .ingest))
    }
    self.folder = folder
    progress = IngestProgress(width: session.terminal.errorWidth)
    tenant = session.settings.tenant ?? "single-tenant"
    guard !tenant.isEmpty, !tenant.contains("/"), tenant != ".", tenant != ".." else {
      throw CommandFailure(
        UsageError("'\(tenant)' cannot be a tenant: it is the name of a folder", command: .ingest))
    }
    version =
      session.arguments.value(.blockFormat).flatMap { BlockVersion(rawValue: $0) } ?? .vParquet5
    dedicated = try session.dedicatedColumns() ?? .auto
  }

  mutating func read(_ path: String) async throws(CommandFailure) {
    let name = path == "-" ? "standard input" : path
    let bytes = try content(of: path)
    inputBytes += bytes.count
    let dump: Dump
    do throws(IntakeError) {
      dump = try Dump(bytes)
    } catch {
      throw CommandFailure("\(name): \(error)", code: .unreadable)
    }
    for piece in dump.pieces {
      if watch.isCancelled { throw CommandFailure("interrupted", code: .interrupted) }
      do throws(IntakeError) {
        try dump.decode(piece, into: &table)
      } catch {
        throw CommandFailure("\(name): \(error)", code: .unreadable)
      }
      if table.memoryBytes > Self.tableBytesMax { try await writeBlock() }
      progress.show(piece.upperBound, of: dump.bytes.count, name: name, spans: table.spanCount)
    }
  }

  private func content(of path: String) throws(CommandFailure) -> [UInt8] {
    if path == "-" { return StandardStream.input.readAll() }
    do throws(StorageError) {
      return try LocalStore(root: path.hasPrefix("/") ? "/" : ".").read(path, byteCountMax: .max)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Writes the spans at hand as one block; none, if there are none.
  mutating func writeBlock() async throws(CommandFailure) {
    guard table.spanCount > 0 else { return }
    let schema = BlockSchema(version: version, dedicated: dedicated.columns(table))
    let identity = BlockIdentity(blockID: BlockID.random(), tenant: tenant)
    do throws(StorageError) {
      let place = try LocalBlockFolder(root: folder, tenant: tenant, blockID: identity.blockID)
      do throws(StorageError) {
        let written = try await write(schema, identity, to: try place.dataFile())
        try place.publish(written.sink, written.objects)
        blocks.append(written.metadata)
        progress.clear()
        StandardStream.output.write("\(folder)/\(tenant)/\(identity.blockID)\n")
        spanCount += written.spanCount
        duplicateCount += table.spanCount - written.spanCount
      } catch {
        place.discard()
        throw error
      }
    } catch {
      throw CommandFailure(error)
    }
    table = SpanTable()
  }

  private mutating func write(
    _ schema: BlockSchema, _ identity: BlockIdentity, to sink: LocalFileSink
  ) async throws(StorageError) -> WrittenBlock<LocalFileSink> {
    do throws(ByteSourceError) {
      var writer = try BlockWriter(schema, identity, to: sink)
      let watch = watch
      try await writer.write(
        &table, threadCount: session.threadCount, isCancelled: { watch.isCancelled })
      return try writer.finish()
    } catch {
      throw .unwritable(path: identity.blockID, reason: error.message)
    }
  }

  mutating func sayWhatCame() {
    progress.clear()
    let elapsed = (ContinuousClock.now - start).components
    let nanoseconds =
      elapsed.seconds * 1_000_000_000 + elapsed.attoseconds / 1_000_000_000
    let seconds = max(1e-9, Double(nanoseconds) / 1e9)
    var parts = [
      NumberText.counted(spanCount, "span"),
      NumberText.counted(blocks.reduce(0) { $0 + $1.traceCount }, "trace"),
      NumberText.counted(blocks.count, "block"),
      NumberText.bytes(inputBytes) + " read",
      NumberText.bytes(blocks.reduce(0) { $0 + $1.byteCount }) + " written",
      DurationText.format(nanoseconds: nanoseconds),
      NumberText.short(Double(spanCount) / seconds) + " spans/s",
    ]
    if duplicateCount > 0 {
      parts.insert(
        (duplicateCount == 1 ? "1 copy" : NumberText.grouped(duplicateCount) + " copies")
          + " left out", at: 1)
    }
    StandardStream.error.write(parts.joined(separator: " · ") + "\n")
  }
}
