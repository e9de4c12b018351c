/// How the shell shows answers; raw values are the words of `.mode`.
package enum ShellMode: String, Sendable, CaseIterable {
  /// Tables of searches, pictures of metrics.
  case auto
  case table, line, json, ndjson, csv, tsv, markdown, tree, chart
  case otlpJSON = "otlp-json"

  /// By the end of a file's name; nil where it says nothing.
  package static func ofFile(_ path: String) -> ShellMode? {
    switch path.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased() {
    case "csv": .csv
    case "tsv": .tsv
    case "json": .json
    case "ndjson", "jsonl": .ndjson
    case "md": .markdown
    default: nil
    }
  }

  /// Whether people read it, or programs.
  var readers: Table.Readers {
    switch self {
    case .auto, .table, .line, .markdown, .tree, .chart: .people
    case .json, .ndjson, .csv, .tsv, .otlpJSON: .programs
    }
  }
}
