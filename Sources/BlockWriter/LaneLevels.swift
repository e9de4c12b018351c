import Parquet
import Spans
import Storage

/// The levels of every lane of a row group, each made when a leaf of it is.
struct LaneLevels: Sendable {
  let trace: NestedLevels
  private let statisticsLane: Deferred<NestedLevels>
  private let lanes: [AttributeScope: Deferred<NestedLevels>]
  private let attributeLanes: [AttributeScope: Deferred<NestedLevels>]

  init(
    _ layout: TraceLayout, _ summary: Deferred<TraceSummary>,
    _ placed: [AttributeScope: Deferred<PlacedAttributes>]
  ) {
    let trace = NestedLevels.rows(layout.traceCount)
    self.trace = trace
    statisticsLane = Deferred { trace.repeated(by: summary.value.serviceOffsets) }
    let resource = Deferred { trace.repeated(by: layout.resourceOffsets) }
    let scope = Deferred { resource.value.repeated(by: layout.scopeOffsets) }
    let span = Deferred { scope.value.repeated(by: layout.spanOffsets) }
    let event = Deferred { span.value.repeated(by: layout.eventOffsets) }
    let link = Deferred { span.value.repeated(by: layout.linkOffsets) }
    let lanes = [
      AttributeScope.resource: resource, .instrumentation: scope, .span: span, .event: event,
      .link: link,
    ]
    self.lanes = lanes
    attributeLanes = placed.reduce(into: [:]) { result, entry in
      guard let lane = lanes[entry.key] else { return }
      result[entry.key] = Deferred { lane.value.repeated(by: entry.value.value.offsets) }
    }
  }

  var statistics: NestedLevels { statisticsLane.value }

  /// The lane whose elements have attributes of that scope.
  func lane(_ scope: AttributeScope) -> NestedLevels { Self.value(lanes[scope]) }

  /// The lane of the attributes that stand in the group of that scope.
  func attributes(_ scope: AttributeScope) -> NestedLevels { Self.value(attributeLanes[scope]) }

  private static func value(_ lane: Deferred<NestedLevels>?) -> NestedLevels {
    guard let lane else { preconditionFailure("every scope has a lane") }
    return lane.value
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
