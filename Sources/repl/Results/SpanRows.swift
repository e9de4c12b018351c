package import Engine
import Wire

/// A search result as a table with a row per matched span.
package struct SpanRows {
  package private(set) var columns: [Table.Column] = []
  private var spanAttributes = AttributeColumns()
  private var setAttributes = AttributeColumns()
  private var hasServices: Bool
  private var hasNames: Bool

  package static func table(
    _ traces: [TraceMatch], for readers: Table.Readers, zone: CivilTime.Zone
  ) -> Table {
    let rows = SpanRows(traces, for: readers, zone: zone)
    return Table(columns: rows.columns, rows: traces.flatMap(rows.rows))
  }

  /// Makes columns for everything the traces have.
  package init(_ traces: [TraceMatch], for readers: Table.Readers, zone: CivilTime.Zone) {
    (hasServices, hasNames) = (readers == .programs, readers == .programs)
    for set in traces.lazy.flatMap(\.spanSets) {
      setAttributes.note(set.attributes)
      for span in set.spans {
        spanAttributes.note(span.attributesButService)
        hasServices = hasServices || span.service != nil
        hasNames = hasNames || span.name != nil
      }
    }
    columns = [
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
  }

  /// The rows of one trace.
  package func rows(_ trace: TraceMatch) -> [Table.Row] {
    let traceID = Cell.text(Hex.encode(trace.traceID))
    return trace.spanSets.flatMap { set in
      let setCells = setAttributes.cells(set.attributes)
      return set.spans.map { span in
        var cells: [Cell] = [
          traceID, .text(Hex.encode(span.spanID)), .time(span.startNanoseconds),
          .duration(span.durationNanoseconds),
        ]
        if hasServices { cells.append(span.service.map(Cell.init) ?? .missing) }
        if hasNames { cells.append(span.name.map(Cell.text) ?? .missing) }
        cells += spanAttributes.cells(span.attributesButService) + setCells
        cells += [.text(trace.rootServiceName), .text(trace.rootTraceName)]
        return Table.Row(cells)
      }
    }
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
