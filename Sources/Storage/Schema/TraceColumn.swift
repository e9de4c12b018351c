/// The columns every block version has (or may lack), by what they mean rather than where they lie.
///
/// Raw values are normalised leaf names (`Leaf.name`).
package enum TraceColumn: String, Sendable, CaseIterable {
  // One value a trace.
  case traceID = "TraceID"
  case traceStart = "StartTimeUnixNano"
  case traceEnd = "EndTimeUnixNano"
  case traceDuration = "DurationNano"
  case rootServiceName = "RootServiceName"
  case rootSpanName = "RootSpanName"
  // One a resource.
  case serviceName = "rs.Resource.ServiceName"
  case resourceDroppedAttributes = "rs.Resource.DroppedAttributesCount"
  // One an instrumentation scope.
  case scopeName = "rs.ss.Scope.Name"
  case scopeVersion = "rs.ss.Scope.Version"
  case scopeDroppedAttributes = "rs.ss.Scope.DroppedAttributesCount"
  // One a span.
  case spanID = "rs.ss.Spans.SpanID"
  case parentSpanID = "rs.ss.Spans.ParentSpanID"
  case nestedSetParent = "rs.ss.Spans.ParentID"
  case nestedSetLeft = "rs.ss.Spans.NestedSetLeft"
  case nestedSetRight = "rs.ss.Spans.NestedSetRight"
  case childCount = "rs.ss.Spans.ChildCount"
  case spanName = "rs.ss.Spans.Name"
  case kind = "rs.ss.Spans.Kind"
  case traceState = "rs.ss.Spans.TraceState"
  case spanStart = "rs.ss.Spans.StartTimeUnixNano"
  case spanDuration = "rs.ss.Spans.DurationNano"
  case statusCode = "rs.ss.Spans.StatusCode"
  case statusMessage = "rs.ss.Spans.StatusMessage"
  case spanDroppedAttributes = "rs.ss.Spans.DroppedAttributesCount"
  case droppedEvents = "rs.ss.Spans.DroppedEventsCount"
  case droppedLinks = "rs.ss.Spans.DroppedLinksCount"
  // vParquet3 only: all links of a span in one protobuf message.
  case linksBlob = "rs.ss.Spans.Links"
  // One an event.
  case eventTimeSinceStart = "rs.ss.Spans.Events.TimeSinceStartNano"
  case eventTime = "rs.ss.Spans.Events.TimeUnixNano"  // vParquet3: absolute
  case eventName = "rs.ss.Spans.Events.Name"
  case eventDroppedAttributes = "rs.ss.Spans.Events.DroppedAttributesCount"
  // One a link.
  case linkTraceID = "rs.ss.Spans.Links.TraceID"
  case linkSpanID = "rs.ss.Spans.Links.SpanID"
  case linkTraceState = "rs.ss.Spans.Links.TraceState"
  case linkDroppedAttributes = "rs.ss.Spans.Links.DroppedAttributesCount"

  /// The lane this column has one value for.
  package var lane: TraceLane {
    switch self {
    case .traceID, .traceStart, .traceEnd, .traceDuration, .rootServiceName, .rootSpanName: .trace
    case .serviceName, .resourceDroppedAttributes: .resource
    case .scopeName, .scopeVersion, .scopeDroppedAttributes: .scope
    case .eventTimeSinceStart, .eventTime, .eventName, .eventDroppedAttributes: .event
    case .linkTraceID, .linkSpanID, .linkTraceState, .linkDroppedAttributes: .link
    default: .span
    }
  }
}

/// The nesting of a block's rows: what a column has one value for.
package enum TraceLane: Int, Sendable, CaseIterable {
  case trace, resource, scope, span, event, link

  /// Repeated ancestors of an element of this lane.
  package var depth: Int {
    switch self {
    case .trace: 0
    case .resource: 1
    case .scope: 2
    case .span: 3
    case .event, .link: 4
    }
  }
}

/// Where attributes can stand in a block.
package enum AttributeScope: Sendable, Hashable, CaseIterable {
  case resource, instrumentation, span, event, link

  package var lane: TraceLane {
    switch self {
    case .resource: .resource
    case .instrumentation: .scope
    case .span: .span
    case .event: .event
    case .link: .link
    }
  }
}
