import Engine
import Wire

/// The JSON of a `SearchResponse`.
enum SearchJSON {
  /// Traces listed even if nobody has time for more.
  private static let hurriedTracesMax = 1_000

  /// The body, and how many traces it lists: all, unless `isStopped` says while they are written
  /// that there is no time left.
  static func encode(
    _ result: SearchResult, padsTraceIDs: Bool = false, isStopped: () -> Bool = { false }
  ) -> (body: [UInt8], listed: Int) {
    var listed = 0
    var writer = JSONWriter(escapingMarkup: true, reservingBytes: 512 * result.traces.count)
    writer.object { writer in
      writer.key("traces")
      writer.array { writer in
        for trace in result.traces {
          if listed >= hurriedTracesMax, isStopped() { break }
          write(trace, trace.shownID(isPadded: padsTraceIDs), &writer)
          listed += 1
        }
      }
      writer.metrics(result.statistics, ofSearch: true)
    }
    return (writer.bytes, listed)
  }

  private static func write(_ trace: TraceMatch, _ id: String, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("traceID", text: id)
      writer.member("rootServiceName", text: trace.shownRootServiceName)
      writer.member("rootTraceName", text: trace.rootTraceName)
      writer.member("startTimeUnixNano", quoted: trace.startNanoseconds)
      writer.member("durationMs", count: Int(trace.durationMilliseconds))
      if let first = trace.spanSets.first {
        writer.key("spanSet")
        write(first, &writer)
        writer.key("spanSets")
        writer.array { writer in
          for set in trace.spanSets { write(set, &writer) }
        }
      }
      write(trace.sortedServiceStatistics, &writer)
    }
  }

  private static func write(_ set: SpanSetMatch, _ writer: inout JSONWriter) {
    writer.object { writer in
      if !set.spans.isEmpty {
        writer.key("spans")
        writer.array { writer in
          for span in set.spans { write(span, &writer) }
        }
      }
      writer.member("matched", count: set.matched)
      writer.member("attributes", attributes: set.attributes)
    }
  }

  private static func write(_ span: SpanMatch, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("spanID", text: span.paddedID)
      writer.member("name", text: span.name ?? "")
      writer.member("startTimeUnixNano", quoted: span.startNanoseconds)
      writer.member("durationNanos", quoted: span.shownDurationNanoseconds)
      writer.member("attributes", attributes: span.attributes)
    }
  }

  private static func write(_ statistics: [ServiceStatistics], _ writer: inout JSONWriter) {
    guard !statistics.isEmpty else { return }
    writer.key("serviceStats")
    writer.object { writer in
      for service in statistics {
        writer.key(service.service)
        writer.object { writer in
          writer.member("spanCount", count: service.spanCount)
          writer.member("errorCount", count: service.errorCount)
        }
      }
    }
  }
}
