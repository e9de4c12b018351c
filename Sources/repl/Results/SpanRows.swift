package import Engine
import Wire

/// A search result as a table with a row per matched span.
package enum SpanRows {
  package static func table(
    _ traces: [TraceMatch], for readers: Table.Readers, zone: CivilTime.Zone
  ) -> Table {
    var spanAttributes = AttributeColumns()
    var setAttributes = AttributeColumns()
    var (hasServices, hasNames) = (readers == .programs, readers == .programs)
    for set in traces.lazy.flatMap(\.spanSets) {
      setAttributes.note(set.attributes)
      for span in set.spans {
        spanAttributes.note(span.attributesButService)
        hasServices = hasServices || span.service != nil
        hasNames = hasNames || span.name != nil
      }
    }
    var columns: [Table.Column] = [
      .init("Trace ID", key: "trace_id"), .init("Span ID", key: "span_id"),
      .init(zone == .utc ? "Start (UTC)" : "Start", key: "start"),
      .init("Duration", key: "duration_ns", alignment: .right),
    ]
    if hasServices {
      columns.append(.init("Service", key: SpanMatch.serviceKey, canShrink: true))
    }
    if hasNames { columns.append(.init("Name", key: "name", canShrink: true)) }
    columns += spanAttributes.columns + setAttributes.columns
    columns += [
      .init("Root service", key: "root_service", canShrink: true, isOptional: true),
      .init("Root name", key: "root_name", canShrink: true, isOptional: true),
    ]
    var table = Table(columns: columns)
    for trace in traces {
      let traceID = Cell.text(Hex.encode(trace.traceID))
      for set in trace.spanSets {
        let setCells = setAttributes.cells(set.attributes)
        for span in set.spans {
          var cells: [Cell] = [
            traceID, .text(Hex.encode(span.spanID)), .time(span.startNanoseconds),
            .duration(span.durationNanoseconds),
          ]
          if hasServices { cells.append(span.service.map(Cell.init) ?? .missing) }
          if hasNames { cells.append(span.name.map(Cell.text) ?? .missing) }
          cells += spanAttributes.cells(span.attributesButService) + setCells
          cells += [.text(trace.rootServiceName), .text(trace.rootTraceName)]
          table.append(.init(cells))
        }
      }
    }
    return table
  }
}

extension SpanMatch {
  /// The attribute that names the service, as results spell it.
  static let serviceKey = "service.name"

  /// The service the span belongs to; nil if the query did not ask, or there is none.
  var service: Value? { attributes.first { $0.key == Self.serviceKey }?.value }

  /// The attributes without that one.
  var attributesButService: [NamedValue] {
    var rest = attributes
    if let index = rest.firstIndex(where: { $0.key == Self.serviceKey }) { rest.remove(at: index) }
    return rest
  }
}
