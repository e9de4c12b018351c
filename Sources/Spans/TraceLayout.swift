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
    for trace in range {
      let members = Int(order.offsets[trace])..<Int(order.offsets[trace + 1])
      append(order.spans[members], table)
    }
  }

  /// Spans of one scope of one resource, on their way into the layout.
  private struct ScopeGroup {
    var scope: UInt32
    var spans: [UInt32]
  }

  private mutating func append(_ members: ArraySlice<UInt32>, _ table: SpanTable) {
    var groups: [(resource: UInt32, scopes: [ScopeGroup])] = []
    var groupOfResource: [UInt32: Int] = [:]
    var scopeIndex: [UInt64: Int] = [:]
    for span in members {
      let resource = table.resourceOfSpan[Int(span)]
      let scope = table.scopeOfSpan[Int(span)]
      let group = groupOfResource[resource] ?? groups.count
      if group == groups.count {
        groupOfResource[resource] = group
        groups.append((resource, []))
      }
      let key = UInt64(resource) << 32 | UInt64(scope)
      if let index = scopeIndex[key] {
        groups[group].scopes[index].spans.append(span)
      } else {
        scopeIndex[key] = groups[group].scopes.count
        groups[group].scopes.append(ScopeGroup(scope: scope, spans: [span]))
      }
    }
    for group in groups {
      resources.append(group.resource)
      for scope in group.scopes {
        scopes.append(scope.scope)
        for span in scope.spans { append(span: span, table) }
        spanOffsets.append(UInt32(spans.count))
      }
      scopeOffsets.append(UInt32(scopes.count))
    }
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
