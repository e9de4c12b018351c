import OTLP
import Parquet

/// Writes whole traces as a Parquet file with a row a span, a row group at a time. Attributes are
/// maps of texts, events and links lists of structures, as DuckDB, pandas and their like take them.
struct TraceParquet<Sink: ByteSink> {
  private var writer: ParquetWriter<Sink>
  private var rows = SpanColumns()

  private static var rowsMax: Int { 50_000 }
  private static var textBytesMax: Int { 64 << 20 }

  init(to sink: Sink) throws(ByteSourceError) {
    writer = try ParquetWriter(
      schema: WriterSchema(rootName: "spans", SpanColumns.schema), to: sink,
      createdBy: "traceql \(ProgramVersion.text)")
  }

  mutating func append(_ trace: Trace) throws(ByteSourceError) {
    for resource in trace.resourceSpans {
      for scope in resource.scopeSpans {
        for span in scope.spans {
          rows.append(span, scope.scope, resource.resource)
          if rows.count >= Self.rowsMax || rows.textBytes >= Self.textBytesMax {
            try writeGroup()
          }
        }
      }
    }
  }

  /// Writes what is left, and the footer.
  mutating func finish() throws(ByteSourceError) {
    if rows.count > 0 { try writeGroup() }
    _ = try writer.finish()
  }

  private mutating func writeGroup() throws(ByteSourceError) {
    let contents = rows.contents()
    try writer.write(rowCount: rows.count) { contents[$0] }
    rows = SpanColumns()
  }
}
