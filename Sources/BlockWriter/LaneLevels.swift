import Parquet
import Spans
import Storage

/// The levels of every lane of a row group.
struct LaneLevels: Sendable {
  let trace: NestedLevels
  let statistics: NestedLevels
  let resource: NestedLevels
  let scope: NestedLevels
  let span: NestedLevels
  let event: NestedLevels
  let link: NestedLevels
  let attributes: [AttributeScope: NestedLevels]

  init(
    _ layout: TraceLayout, _ summary: TraceSummary, _ placed: [AttributeScope: PlacedAttributes]
  ) {
    trace = NestedLevels.rows(layout.traceCount)
    statistics = trace.repeated(by: summary.serviceOffsets)
    resource = trace.repeated(by: layout.resourceOffsets)
    scope = resource.repeated(by: layout.scopeOffsets)
    span = scope.repeated(by: layout.spanOffsets)
    event = span.repeated(by: layout.eventOffsets)
    link = span.repeated(by: layout.linkOffsets)
    let lanes: [AttributeScope: NestedLevels] = [
      .resource: resource, .instrumentation: scope, .span: span, .event: event, .link: link,
    ]
    var attributes: [AttributeScope: NestedLevels] = [:]
    for (scope, placed) in placed {
      attributes[scope] = lanes[scope]?.repeated(by: placed.offsets)
    }
    self.attributes = attributes
  }

  /// The lane whose elements have attributes of that scope.
  func lane(_ scope: AttributeScope) -> NestedLevels {
    switch scope {
    case .resource: resource
    case .instrumentation: self.scope
    case .span: span
    case .event: event
    case .link: link
    }
  }
}

extension TraceLayout {
  /// What each row of a scope's lane is in the table of spans.
  func owners(_ scope: AttributeScope) -> [UInt32] {
    switch scope {
    case .resource: resources
    case .instrumentation: scopes
    case .span: spans
    case .event: events
    case .link: links
    }
  }
}

extension SpanTable {
  func attributes(_ scope: AttributeScope) -> AttributeTable {
    switch scope {
    case .resource: resources.attributes
    case .instrumentation: scopes.attributes
    case .span: attributes
    case .event: events.attributes
    case .link: links.attributes
    }
  }
}

extension SpanTree.Identities {
  /// The spans of some rows.
  init(_ table: SpanTable, _ spans: [UInt32]) {
    self.init(
      ids: spans.map { table.spanIDs[Int($0)].bits },
      parentIDs: spans.map { table.parentIDs[Int($0)].bits },
      isRoot: spans.map { table.parentIDs[Int($0)].isEmpty },
      kinds: spans.map { Int64(table.kinds[Int($0)]) })
  }
}
