import OTLP
import Wire

/// Whole traces in the formats of other tools.
enum TraceExport {
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
  }

  /// One line of OTLP JSON (`TracesData`).
  static func otlpJSON(_ trace: Trace) -> [UInt8] {
    var writer = JSONWriter()
    TraceJSON.write(trace, topLevelKey: .resourceSpans, spelling: .otlp, into: &writer)
    return writer.bytes + [UInt8(ascii: "\n")]
  }

  /// Traces on their way into one file. Messages of protobuf, put one behind the other, are one.
  struct Pieces {
    let format: Format
    private(set) var count = 0
    private var pieces: [[UInt8]] = []
    private var parquet: TraceParquet?

    init(_ format: Format) {
      self.format = format
      if format == .parquet { parquet = TraceParquet() }
    }

    mutating func append(_ trace: Trace) {
      switch format {
      case .otlpJSON: pieces.append(otlpJSON(trace))
      case .otlpProtobuf: pieces.append(TraceProtobuf.encode(trace))
      case .ndjson: pieces.append(JSONLines.bytes(TraceExport.table(trace)))
      case .csv:
        let text = DelimitedText.commaSeparated(TraceExport.table(trace))
        let lines = count == 0 ? text[...] : text.drop { $0 != "\n" }.dropFirst()
        pieces.append(Array(lines.utf8))
      case .parquet: parquet?.append(trace)
      }
      count += 1
    }

    /// The content of the file, piece by piece.
    mutating func finished() -> [[UInt8]] {
      if let file = parquet?.finished() { return [file] }
      return pieces
    }
  }

  fileprivate static func table(_ trace: Trace) -> Table {
    let spans = TraceSpanRows.table(trace, zone: .utc)
    let id = trace.resourceSpans.lazy.flatMap(\.scopeSpans).flatMap(\.spans).first?.traceID ?? []
    var table = Table(columns: [.init("Trace ID", key: "trace_id")] + spans.columns)
    for row in spans.rows { table.append(.init([.text(Hex.encode(id))] + row.cells)) }
    return table
  }
}
