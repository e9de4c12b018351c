/// Some traces as a block nests them: trace, resource, scope, span, each lane a row after the
/// other.
///
/// Within a trace spans of equal resources, and of equal scopes within them, stand together;
/// resources and scopes come in the order of their first spans.
package struct TraceLayout: Sendable {
  package private(set) var traceIDs: [TraceID] = []
  /// Trace `i` has the resource rows `resourceOffsets[i]..<resourceOffsets[i + 1]`; the others
  /// alike.
  package private(set) var resourceOffsets: [UInt32] = [0]
  package private(set) var scopeOffsets: [UInt32] = [0]
  package private(set) var spanOffsets: [UInt32] = [0]
  /// Trace `i` has the span rows `spansOfTrace[i]..<spansOfTrace[i + 1]`.
  package private(set) var spansOfTrace: [UInt32] = [0]
  package private(set) var eventOffsets: [UInt32] = [0]
  package private(set) var linkOffsets: [UInt32] = [0]
  /// What each row is in the table of spans.
  package private(set) var resources: [UInt32] = []
  package private(set) var scopes: [UInt32] = []
  package private(set) var spans: [UInt32] = []
  package private(set) var events: [UInt32] = []
  package private(set) var links: [UInt32] = []

  package var traceCount: Int { traceIDs.count }

  /// Lays out the traces of `range`.
  package init(_ table: SpanTable, _ order: TraceOrder, traces range: Range<Int>) {
    var groups = ScopeGroups()
    for trace in range {
      let members = Int(order.offsets[trace])..<Int(order.offsets[trace + 1])
      append(order.spans[members], table, &groups)
    }
  }

  private mutating func append(
    _ members: ArraySlice<UInt32>, _ table: SpanTable, _ groups: inout ScopeGroups
  ) {
    groups.divide(members, table.resourceOfSpan, table.scopeOfSpan)
    var resource = -1
    for group in groups.ordered {
      if group.resourceOrder != resource {
        if resource >= 0 { scopeOffsets.append(UInt32(scopes.count)) }
        resource = group.resourceOrder
        resources.append(group.resource)
      }
      scopes.append(group.scope)
      for span in groups.spans[group.range] { append(span: span, table) }
      spanOffsets.append(UInt32(spans.count))
    }
    scopeOffsets.append(UInt32(scopes.count))
    traceIDs.append(table.traceIDs[Int(members[members.startIndex])])
    resourceOffsets.append(UInt32(resources.count))
    spansOfTrace.append(UInt32(spans.count))
  }

  private mutating func append(span: UInt32, _ table: SpanTable) {
    spans.append(span)
    let index = Int(span)
    events.append(contentsOf: table.eventOffsets[index]..<table.eventOffsets[index + 1])
    links.append(contentsOf: table.linkOffsets[index]..<table.linkOffsets[index + 1])
    eventOffsets.append(UInt32(events.count))
    linkOffsets.append(UInt32(links.count))
  }
}
