package import Engine
import Wire

/// A search result as a table with a row per trace, or per group of spans where the query groups.
package struct TraceRows {
  package private(set) var columns: [Table.Column] = []
  private var attributes = AttributeColumns()
  private let hasStatistics: Bool

  package static func table(
    _ traces: [TraceMatch], for readers: Table.Readers, zone: CivilTime.Zone
  ) -> Table {
    let rows = TraceRows(traces, for: readers, zone: zone)
    return Table(columns: rows.columns, rows: traces.flatMap(rows.rows))
  }

  /// Makes columns for everything the traces have.
  package init(_ traces: [TraceMatch], for readers: Table.Readers, zone: CivilTime.Zone) {
    hasStatistics = readers == .programs || traces.contains { $0.serviceStatistics != nil }
    for trace in traces {
      for set in trace.spanSets { attributes.note(set.attributes) }
    }
    columns = [
      .init("Trace ID", key: "trace_id", isShared: true),
      .init(zone == .utc ? "Start (UTC)" : "Start", key: "start", isShared: true),
      .init("Duration", key: "duration_ns", alignment: .right, isShared: true),
      .init("Service", key: "root_service", canShrink: true, isShared: true),
      .init("Name", key: "root_name", canShrink: true, isShared: true),
    ]
    if hasStatistics {
      columns.append(
        .init("Spans", key: "spans", alignment: .right, isOptional: true, isShared: true))
    }
    columns.append(.init("Matched", key: "matched", alignment: .right))
    columns += attributes.columns
  }

  /// The rows of one trace.
  package func rows(_ trace: TraceMatch) -> [Table.Row] {
    var shared: [Cell] = [
      .text(Hex.encode(trace.traceID)), .time(trace.startNanoseconds),
      .duration(trace.durationNanoseconds), .text(trace.rootServiceName),
      .text(trace.rootTraceName),
    ]
    if hasStatistics { shared.append(trace.spanCount.map { .integer(Int64($0)) } ?? .missing) }
    if trace.spanSets.isEmpty { return [.init(shared + [.missing] + attributes.cells([]))] }
    return trace.spanSets.enumerated().map { index, set in
      let own = [.integer(Int64(set.matched))] + attributes.cells(set.attributes)
      return .init(shared + own, isContinuation: index > 0)
    }
  }
}

extension TraceMatch {
  /// Spans of the whole trace; nil where blocks do not say.
  package var spanCount: Int? { serviceStatistics.map { $0.reduce(0) { $0 + $1.spanCount } } }
}
