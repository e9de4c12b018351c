package import Engine
import Wire

/// A search result as a table with a row per trace, or per group of spans where the query groups.
package enum TraceRows {
  package static func table(
    _ traces: [TraceMatch], for readers: Table.Readers, zone: CivilTime.Zone
  ) -> Table {
    let hasStatistics =
      readers == .programs || traces.contains { $0.serviceStatistics != nil }
    var attributes = AttributeColumns()
    for trace in traces {
      for set in trace.spanSets { attributes.note(set.attributes) }
    }
    var columns: [Table.Column] = [
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
    var table = Table(columns: columns)
    for trace in traces {
      var shared: [Cell] = [
        .text(Hex.encode(trace.traceID)), .time(trace.startNanoseconds),
        .duration(trace.durationNanoseconds), .text(trace.rootServiceName),
        .text(trace.rootTraceName),
      ]
      if hasStatistics { shared.append(trace.spanCount.map { .integer(Int64($0)) } ?? .missing) }
      if trace.spanSets.isEmpty {
        table.append(.init(shared + [.missing] + attributes.cells([])))
      }
      for (index, set) in trace.spanSets.enumerated() {
        let own = [.integer(Int64(set.matched))] + attributes.cells(set.attributes)
        table.append(.init(shared + own, isContinuation: index > 0))
      }
    }
    return table
  }
}

extension TraceMatch {
  /// Spans of the whole trace; nil where blocks do not say.
  package var spanCount: Int? { serviceStatistics.map { $0.reduce(0) { $0 + $1.spanCount } } }
}
