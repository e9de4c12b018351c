import Engine
package import OTLP
import Wire

/// The spans of one trace as a table.
package enum TraceSpanRows {
  package static func table(_ trace: Trace, zone: CivilTime.Zone) -> Table {
    var table = Table(columns: [
      .init("Span ID", key: "span_id"), .init("Parent", key: "parent_span_id", isOptional: true),
      .init(zone == .utc ? "Start (UTC)" : "Start", key: "start"),
      .init("Duration", key: "duration_ns", alignment: .right),
      .init("Service", key: "service", canShrink: true),
      .init("Name", key: "name", canShrink: true), .init("Kind", key: "kind", isOptional: true),
      .init("Status", key: "status"),
      .init("Events", key: "events", alignment: .right, isOptional: true),
    ])
    for (service, span) in trace.spansWithServices {
      table.append(
        .init([
          .text(Hex.encode(span.spanID)), .text(Hex.encode(span.parentSpanID)),
          .time(span.startNanoseconds), .duration(span.signedDurationNanoseconds),
          .text(service), .text(span.name), Cell(.kind(Int64(span.kind))),
          Cell(.status(Int64(span.status.code))), .integer(Int64(span.events.count)),
        ]))
    }
    return table
  }
}

extension Trace {
  /// Every span with the service it belongs to, "" where the resource names none.
  package var spansWithServices: [(service: String, span: Span)] {
    resourceSpans.flatMap { resource in
      let service = resource.resource.serviceName
      return resource.scopeSpans.flatMap { scope in scope.spans.map { (service, $0) } }
    }
  }
}

extension Resource {
  var serviceName: String {
    for attribute in attributes where attribute.key == "service.name" {
      if case .string(let name) = attribute.value { return name }
    }
    return ""
  }
}

extension Span {
  /// Negative if the span ends before it starts.
  package var signedDurationNanoseconds: Int64 {
    endNanoseconds >= startNanoseconds
      ? Int64(clamping: endNanoseconds - startNanoseconds)
      : -Int64(clamping: startNanoseconds - endNanoseconds)
  }
}

extension WaterfallSpan {
  /// What a waterfall shows of every span.
  package static func all(of trace: Trace) -> [WaterfallSpan] {
    trace.spansWithServices.map { service, span in
      WaterfallSpan(
        id: span.spanID, parentID: span.parentSpanID, service: service, name: span.name,
        startNanoseconds: span.startNanoseconds,
        durationNanoseconds: span.signedDurationNanoseconds, isError: span.status.code == 2,
        statusMessage: span.status.message, eventCount: span.events.count)
    }
  }
}
