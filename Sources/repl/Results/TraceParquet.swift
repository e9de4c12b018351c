import Columns
package import OTLP
import Parquet

/// Whole traces as a Parquet file with a row a span. Attributes are maps of texts, events and links
/// lists of structures, as DuckDB, pandas and their like take them.
package struct TraceParquet: Sendable {
  private var writer: ParquetWriter<MemoryByteSink>
  private var rows = SpanColumns()

  private static let rowsMax = 50_000

  package init() {
    do throws(ByteSourceError) {
      writer = try ParquetWriter(
        schema: WriterSchema(rootName: "spans", SpanColumns.schema), to: MemoryByteSink(),
        createdBy: "traceql \(ProgramVersion.text)")
    } catch {
      preconditionFailure("memory takes every byte")
    }
  }

  package mutating func append(_ trace: Trace) {
    for resource in trace.resourceSpans {
      for scope in resource.scopeSpans {
        for span in scope.spans {
          rows.append(span, scope.scope, resource.resource)
          if rows.count == Self.rowsMax { write() }
        }
      }
    }
  }

  /// The content of the file; nothing follows.
  package mutating func finished() -> [UInt8] {
    write()
    do throws(ByteSourceError) {
      return try writer.finish().sink.bytes
    } catch {
      preconditionFailure("memory takes every byte")
    }
  }

  private mutating func write() {
    guard rows.count > 0 else { return }
    let contents = rows.contents()
    do throws(ByteSourceError) {
      try writer.write(rowCount: rows.count) { contents[$0] }
    } catch {
      preconditionFailure("memory takes every byte")
    }
    rows = SpanColumns()
  }
}
