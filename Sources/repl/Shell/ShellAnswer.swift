import Engine
import OTLP

/// What the shell showed last: rows that dot commands can name by their numbers.
struct ShellAnswer {
  /// The query as written; "" if none has run.
  var query: CheckedQuery?
  var search: SearchResult?
  var metrics: MetricsResult?
  /// The trace of each numbered row.
  var traceIDs: [[UInt8]] = []
  /// The span of each numbered row or line.
  var spans: [SpanPlace] = []
  /// The trace last shown.
  var trace: (id: [UInt8], trace: Trace)?
  /// What the last query cost.
  var statistics: QueryStatistics?
  var elapsedNanoseconds: UInt64 = 0

  struct SpanPlace {
    var traceID: [UInt8]
    var spanID: [UInt8]
  }
}
