import OTLP
import Parquet
import Wire

/// Makes a file of whole traces in the formats of other tools, piece by piece.
struct TraceExport {
  enum Format {
    case otlpJSON, otlpProtobuf, csv, ndjson, parquet

    /// By the end of a file's name.
    init?(path: String) {
      switch path.split(separator: ".").last?.lowercased() {
      case "json", "jsonl": self = .otlpJSON
      case "pb", "otlp", "binpb", "bin": self = .otlpProtobuf
      case "csv": self = .csv
      case "ndjson": self = .ndjson
      case "parquet": self = .parquet
      default: return nil
      }
    }

    /// What a file has of a trace.
    func piece(_ trace: Trace) -> Piece {
      switch self {
      case .otlpJSON: .bytes(TraceExport.otlpJSON(trace))
      case .otlpProtobuf: .bytes(TraceProtobuf.encode(trace))
      case .csv:
        .bytes(TraceExport.rows(trace).flatMap { DelimitedText.line($0, .commas).utf8 })
      case .ndjson:
        .bytes(TraceExport.rows(trace).flatMap { JSONLines.line($0, TraceExport.columns) })
      case .parquet: .trace(trace)
      }
    }
  }

  /// Made by any thread, added by one.
  enum Piece: Sendable {
    case bytes([UInt8])
    case trace(Trace)
  }

  private let format: Format
  private let parquet = PieceSink()
  private var spans: TraceParquet<PieceSink>?

  init(_ format: Format) throws(CommandFailure) {
    self.format = format
    guard format == .parquet else { return }
    do throws(ByteSourceError) {
      spans = try TraceParquet(to: parquet)
    } catch { throw CommandFailure("\(error)", code: .unreadable) }
  }

  /// What the file begins with.
  var start: [UInt8] {
    format == .csv ? Array(DelimitedText.heading(Self.columns, .commas).utf8) : []
  }

  /// What the file goes on with. Messages of protobuf, put one behind the other, are one.
  mutating func add(_ piece: Piece) throws(CommandFailure) -> [UInt8] {
    switch piece {
    case .bytes(let bytes): return bytes
    case .trace(let trace):
      do throws(ByteSourceError) {
        try spans?.append(trace)
      } catch { throw CommandFailure("\(error)", code: .unreadable) }
      return parquet.take()
    }
  }

  /// What the file ends with.
  mutating func end() throws(CommandFailure) -> [UInt8] {
    do throws(ByteSourceError) {
      try spans?.finish()
    } catch { throw CommandFailure("\(error)", code: .unreadable) }
    return parquet.take()
  }

  /// One line of OTLP JSON (`TracesData`).
  static func otlpJSON(_ trace: Trace) -> [UInt8] {
    var writer = JSONWriter()
    TraceJSON.write(trace, topLevelKey: .resourceSpans, spelling: .otlp, into: &writer)
    return writer.bytes + [UInt8(ascii: "\n")]
  }

  // MARK: Rows

  private static let columns =
    [Table.Column("Trace ID", key: "trace_id")]
    + TraceSpanRows.table(Trace(), zone: .utc).columns

  private static func rows(_ trace: Trace) -> [Table.Row] {
    let id = trace.resourceSpans.lazy.flatMap(\.scopeSpans).flatMap(\.spans).first?.traceID ?? []
    return TraceSpanRows.table(trace, zone: .utc).rows.map {
      .init([.text(Hex.encode(id))] + $0.cells)
    }
  }
}

/// Keeps what a writer writes until somebody takes it.
private final class PieceSink: ByteSink {
  private var bytes: [UInt8] = []

  func write(_ more: [UInt8]) throws(ByteSourceError) { bytes += more }

  func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }
}
