import OTLP
import Wire

/// Whole traces in the formats of other tools.
enum TraceExport {
  enum Format {
    case otlpJSON, otlpProtobuf, csv, ndjson

    /// By the end of a file's name.
    init?(path: String) {
      switch path.split(separator: ".").last?.lowercased() {
      case "json", "jsonl": self = .otlpJSON
      case "pb", "otlp", "binpb", "bin": self = .otlpProtobuf
      case "csv": self = .csv
      case "ndjson": self = .ndjson
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

  /// A trace after others in one file. Messages of protobuf, put one behind the other, are one.
  static func bytes(
    _ trace: Trace, _ format: Format, isFirst: Bool
  ) -> [UInt8] {
    switch format {
    case .otlpJSON: return otlpJSON(trace)
    case .otlpProtobuf: return TraceProtobuf.encode(trace)
    case .csv:
      let text = DelimitedText.commaSeparated(table(trace))
      let lines = isFirst ? text[...] : text.drop { $0 != "\n" }.dropFirst()
      return Array(lines.utf8)
    case .ndjson: return JSONLines.bytes(table(trace))
    }
  }

  private static func table(_ trace: Trace) -> Table {
    let spans = TraceSpanRows.table(trace, zone: .utc)
    let id = trace.resourceSpans.lazy.flatMap(\.scopeSpans).flatMap(\.spans).first?.traceID ?? []
    var table = Table(columns: [.init("Trace ID", key: "trace_id")] + spans.columns)
    for row in spans.rows { table.append(.init([.text(Hex.encode(id))] + row.cells)) }
    return table
  }
}
