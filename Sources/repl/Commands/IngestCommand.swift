import BlockWriter
import Engine
import Intake
import Parquet
import Storage

/// `traceql ingest FILES --to DIR`: dumps of spans become blocks, without a server.
enum IngestCommand {
  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let (result, outcome) = await QueryWatch.run(timeoutNanoseconds: nil, width: nil) {
      progress async throws(CommandFailure) in
      let ingest = try Ingest(session, progress)
      try await ingest.run(session.arguments.operands)
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

/// Files on their way into blocks: read one after the other and cut into shares, of which several
/// are decoded and written at the same time, each to a block of its own.
private struct Ingest: Sendable {
  private let threadCount: Int
  private let worker: IngestWorker

  /// Bytes of a share. What follows each other stays together, so that few traces are cut.
  private static let shareBytes = 256 << 20
  /// So little is not divided.
  private static let undividedBytes = 64 << 20
  /// Shares that are in memory at the same time, with the columns made of them.
  private static let workersMax = 4

  init(_ session: Session, _ watch: QueryProgress) throws(CommandFailure) {
    guard let folder = session.arguments.value(.to), !folder.isEmpty else {
      throw CommandFailure(
        UsageError("--to is missing: the folder the blocks go to", command: .ingest))
    }
    let tenant = session.settings.tenant ?? "single-tenant"
    guard !tenant.isEmpty, !tenant.contains("/"), tenant != ".", tenant != ".." else {
      throw CommandFailure(
        UsageError("'\(tenant)' cannot be a tenant: it is the name of a folder", command: .ingest))
    }
    threadCount = max(1, session.threadCount)
    worker = IngestWorker(
      folder: folder, tenant: tenant,
      version: session.arguments.value(.blockFormat).flatMap { BlockVersion(rawValue: $0) }
        ?? .vParquet5,
      dedicated: session.arguments.value(.dedicated).flatMap {
        DedicatedColumnChoice(rawValue: $0)
      } ?? .auto,
      tally: IngestTally(width: session.terminal.errorWidth), watch: watch)
  }

  func run(_ files: [String]) async throws(CommandFailure) {
    await withTaskGroup(of: Void.self) { group in
      do throws(CommandFailure) {
        try await divide(files, &group)
      } catch {
        stop(error)
      }
    }
    if let failure = worker.tally.failure { throw failure }
    worker.tally.sayWhatCame()
  }

  private func divide(
    _ files: [String], _ group: inout TaskGroup<Void>
  ) async throws(CommandFailure) {
    let workerCount = min(threadCount, Self.workersMax)
    var share = IngestShare()
    var running = 0
    for file in files {
      let input = try open(file)
      for piece in input.pieces.indices {
        share.append(piece: piece, of: input)
        guard share.byteCount >= Self.shareBytes else { continue }
        if running == workerCount { await group.next() } else { running += 1 }
        start(share, threadCount: threadCount / workerCount, &group)
        share = IngestShare()
      }
    }
    if share.byteCount <= Self.undividedBytes {
      start(share, threadCount: running == 0 ? threadCount : 1, &group)
    } else {
      for share in share.divided(by: workerCount) {
        if running == workerCount { await group.next() } else { running += 1 }
        start(share, threadCount: threadCount / workerCount, &group)
      }
    }
  }

  private func start(
    _ share: IngestShare, threadCount: Int, _ group: inout TaskGroup<Void>
  ) {
    group.addTask {
      do throws(CommandFailure) {
        try await worker.run(share, threadCount: threadCount)
      } catch {
        stop(error)
      }
    }
  }

  /// Nobody goes on: what they would write is a part of what was asked for.
  private func stop(_ error: CommandFailure) {
    worker.tally.fail(error)
    worker.watch.cancel()
  }

  private func open(_ path: String) throws(CommandFailure) -> IngestInput {
    let name = path == "-" ? "standard input" : path
    if worker.watch.isCancelled { throw CommandFailure("interrupted", code: .interrupted) }
    do throws(IntakeError) {
      if path != "-", let file = try messages(path) {
        worker.tally.read(bytes: file.byteCount, plain: file.byteCount)
        return IngestInput(name: name, content: .messages(file))
      }
    } catch {
      throw CommandFailure("\(name): \(error)", code: .unreadable)
    }
    let bytes = try content(of: path)
    do throws(IntakeError) {
      let dump = try Dump(bytes)
      worker.tally.read(bytes: bytes.count, plain: dump.bytes.count)
      return IngestInput(name: name, content: .whole(dump))
    } catch {
      throw CommandFailure("\(name): \(error)", code: .unreadable)
    }
  }

  /// The file as messages; nil if it is anything else, or not there.
  private func messages(_ path: String) throws(IntakeError) -> MessageFile? {
    // What is wrong with the path is said when it is read as a whole.
    guard let source = try? store(of: path).source(of: path) else { return nil }
    return try MessageFile(byteCount: source.byteCount) { range throws(IntakeError) in
      do throws(ByteSourceError) {
        return try source.read(range)
      } catch {
        throw .unreadable(error.message)
      }
    }
  }

  private func store(of path: String) -> LocalStore {
    LocalStore(root: path.hasPrefix("/") ? "/" : ".")
  }

  private func content(of path: String) throws(CommandFailure) -> [UInt8] {
    if path == "-" { return StandardStream.input.readAll() }
    do throws(StorageError) {
      return try store(of: path).read(path, byteCountMax: .max)
    } catch {
      throw CommandFailure(error)
    }
  }
}
