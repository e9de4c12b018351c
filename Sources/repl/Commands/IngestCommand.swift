import BlockWriter
import Intake
import Parquet
import Spans
import Storage

/// `traceql ingest FILES --to DIR`: dumps of spans become blocks, without a server.
enum IngestCommand {
  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    var ingest = try Ingest(session)
    for file in session.arguments.operands { try ingest.read(file) }
    try ingest.writeBlock()
    ingest.sayWhatCame()
    return .answered
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

  /// Spans are written when they take this much memory.
  private static let tableBytesMax = 1 << 30

  init(_ session: Session) throws(CommandFailure) {
    self.session = session
    guard let folder = session.arguments.value(.to), !folder.isEmpty else {
      throw CommandFailure(
        UsageError("--to is missing: the folder the blocks go to", command: .ingest))
    }
    self.folder = folder
    tenant = session.settings.tenant ?? "single-tenant"
    guard !tenant.isEmpty, !tenant.contains("/"), tenant != ".", tenant != ".." else {
      throw CommandFailure(
        UsageError("'\(tenant)' cannot be a tenant: it is the name of a folder", command: .ingest))
    }
    version =
      session.arguments.value(.blockFormat).flatMap { BlockVersion(rawValue: $0) } ?? .vParquet5
    dedicated =
      session.arguments.value(.dedicated).flatMap { DedicatedColumnChoice(rawValue: $0) } ?? .auto
  }

  mutating func read(_ path: String) throws(CommandFailure) {
    let name = path == "-" ? "standard input" : path
    let bytes = try content(of: path)
    inputBytes += bytes.count
    var reader = DumpReader()
    do throws(IntakeError) {
      let (format, plain) = try reader.open(bytes)
      try reader.read(plain, format, into: &table)
    } catch {
      throw CommandFailure("\(name): \(error)", code: .unreadable)
    }
    if table.memoryBytes > Self.tableBytesMax { try writeBlock() }
  }

  private func content(of path: String) throws(CommandFailure) -> [UInt8] {
    if path == "-" {
      var bytes: [UInt8] = []
      while true {
        let piece = StandardStream.input.read(upTo: 1 << 20)
        if piece.isEmpty { return bytes }
        bytes += piece
      }
    }
    do throws(StorageError) {
      return try LocalStore(root: path.hasPrefix("/") ? "/" : ".").read(path, byteCountMax: .max)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Writes the spans at hand as one block; none, if there are none.
  mutating func writeBlock() throws(CommandFailure) {
    guard table.spanCount > 0 else { return }
    let schema = BlockSchema(version: version, dedicated: dedicated.columns(table))
    let identity = BlockIdentity(blockID: BlockID.random(), tenant: tenant)
    do throws(StorageError) {
      let place = try LocalBlockFolder(root: folder, tenant: tenant, blockID: identity.blockID)
      do throws(StorageError) {
        let written = try Self.write(&table, schema, identity, to: try place.dataFile())
        try place.publish(written.sink, written.objects)
        blocks.append(written.metadata)
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

  private static func write(
    _ table: inout SpanTable, _ schema: BlockSchema, _ identity: BlockIdentity,
    to sink: LocalFileSink
  ) throws(StorageError) -> WrittenBlock<LocalFileSink> {
    do throws(ByteSourceError) {
      var writer = try BlockWriter(schema, identity, to: sink)
      try writer.write(&table)
      return try writer.finish()
    } catch {
      throw .unwritable(path: identity.blockID, reason: error.message)
    }
  }

  func sayWhatCame() {
    for block in blocks {
      StandardStream.output.write("\(folder)/\(tenant)/\(block.blockID)\n")
    }
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
      parts.insert((duplicateCount == 1 ? "1 copy" : NumberText.grouped(duplicateCount) + " copies") + " left out", at: 1)
    }
    StandardStream.error.write(parts.joined(separator: " · ") + "\n")
  }
}
