import Engine
import Wire

/// The protobuf of a `SearchResponse`.
enum SearchProtobuf {
  static func encode(_ result: SearchResult, padsTraceIDs: Bool = false) -> [UInt8] {
    var writer = ProtobufWriter(reservingBytes: 256 * result.traces.count)
    for trace in result.traces {
      writer.message(1) { write(trace, trace.shownID(isPadded: padsTraceIDs), &$0) }
    }
    writer.searchMetrics(2, result.statistics)
    return writer.bytes
  }

  private static func write(_ trace: TraceMatch, _ id: String, _ writer: inout ProtobufWriter) {
    writer.field(1, text: id)
    writer.field(2, text: trace.shownRootServiceName)
    writer.field(3, text: trace.rootTraceName)
    writer.field(4, trace.startNanoseconds)
    writer.field(5, UInt64(trace.durationMilliseconds))
    if let first = trace.spanSets.first { writer.message(6) { write(first, &$0) } }
    for set in trace.spanSets { writer.message(7) { write(set, &$0) } }
    for service in trace.sortedServiceStatistics {
      writer.message(8) { writer in
        writer.field(1, text: service.service)
        writer.message(2) { writer in
          writer.field(1, count: service.spanCount)
          writer.field(2, count: service.errorCount)
        }
      }
    }
  }

  private static func write(_ set: SpanSetMatch, _ writer: inout ProtobufWriter) {
    for span in set.spans {
      writer.message(1) { writer in
        writer.field(1, text: span.paddedID)
        writer.field(2, text: span.name ?? "")
        writer.field(3, span.startNanoseconds)
        writer.field(4, span.shownDurationNanoseconds)
        writer.field(5, attributes: span.attributes)
      }
    }
    writer.field(2, count: set.matched)
    writer.field(3, attributes: set.attributes)
  }
}
