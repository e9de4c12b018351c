import BlockWriter
import Columns
import Intake
import Parquet
import Spans
import Storage

/// A dump of spans as a source of queries: a block in memory, so that everything reads it as it
/// reads any other block.
enum DumpSource {
  /// The catalogue of what a file holds; nil if it does not hold spans in a format of `ingest`.
  /// `path` is a file's, or "-" for standard input.
  static func open(
    _ path: String, cache: BoundedCache
  ) throws(CommandFailure) -> BlockCatalog? {
    guard let bytes = try content(of: path) else { return nil }
    let name = path == "-" ? "standard input" : path
    var table = SpanTable()
    do throws(IntakeError) {
      let dump = try Dump(bytes)
      for piece in dump.pieces { try dump.decode(piece, into: &table) }
    } catch {
      if case .unknownFormat = error, path != "-" {
        throw CommandFailure(
          "\(name) is neither a block, which is a Parquet file, nor a file of spans: OTLP "
            + "(protobuf or JSON), Zipkin or Jaeger JSON", code: .unreadable)
      }
      throw CommandFailure("\(name): \(error)", code: .unreadable)
    }
    let identity = BlockIdentity(blockID: BlockID.random(), tenant: "")
    guard let made = DeferredBlock(table, identity, name: name, cache: cache) else {
      throw CommandFailure("\(name) holds no spans", code: .unreadable)
    }
    return made.catalog
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
