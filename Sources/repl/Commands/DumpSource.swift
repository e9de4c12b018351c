import BlockWriter
import Columns
import Intake
import Parquet
import Spans
import Storage

/// A dump of spans as a source of queries: written as a block in memory, so that everything reads
/// it as it reads any other block.
enum DumpSource {
  /// The catalogue of what a file holds; nil if it does not hold spans in a format of `ingest`.
  /// `path` is a file's, or "-" for standard input.
  static func open(
    _ path: String, threadCount: Int, cache: BoundedCache
  ) async throws(CommandFailure) -> BlockCatalog? {
    guard let bytes = try content(of: path) else { return nil }
    let name = path == "-" ? "standard input" : path
    var table = SpanTable()
    do throws(IntakeError) {
      let dump = try Dump(bytes)
      for piece in dump.pieces { try dump.decode(piece, into: &table) }
    } catch {
      // What is no dump may still be a block, or is told apart better by who opens blocks.
      if case .unknownFormat = error, path != "-" { return nil }
      throw CommandFailure("\(name): \(error)", code: .unreadable)
    }
    guard table.spanCount > 0 else {
      throw CommandFailure("\(name) holds no spans", code: .unreadable)
    }
    let schema = BlockSchema(
      version: .vParquet5, dedicated: DedicatedColumnChoice.auto.columns(table))
    let identity = BlockIdentity(blockID: BlockID.random(), tenant: "")
    do throws(ByteSourceError) {
      var writer = try BlockWriter(schema, identity, to: MemoryByteSink())
      try await writer.write(&table, threadCount: threadCount)
      let written = try writer.finish()
      return BlockCatalog(
        inMemory: written.sink.bytes, metadata: written.metadata, name: name, cache: cache)
    } catch {
      preconditionFailure("memory can be written to: \(error.message)")
    }
  }

  /// nil for a folder, for Parquet files, and for what is not there: others say so better.
  private static func content(of path: String) throws(CommandFailure) -> [UInt8]? {
    if path == "-" { return StandardStream.input.readAll() }
    let store = LocalStore(root: path.hasPrefix("/") ? "/" : ".")
    do throws(StorageError) {
      guard let count = try store.byteCount(of: path), count > 0 else { return nil }
      let head = try store.source(of: path)
      // Whoever opens it as a block says what is wrong with it.
      let magic = (try? head.read(0..<min(4, count))) ?? []
      if magic == Array("PAR1".utf8) { return nil }
      return try store.read(path, byteCountMax: .max)
    } catch {
      throw CommandFailure(error)
    }
  }
}
