/// How the shell shows answers; raw values are the words of `.mode`.
package enum ShellMode: String, Sendable, CaseIterable {
  /// Tables of searches, pictures of metrics.
  case auto
  case table, line, json, ndjson, csv, tsv, markdown, tree, chart
  case otlpJSON = "otlp-json"

  /// Whether people read it, or programs.
  var readers: Table.Readers {
    switch self {
    case .auto, .table, .line, .markdown, .tree, .chart: .people
    case .json, .ndjson, .csv, .tsv, .otlpJSON: .programs
    }
  }
}
