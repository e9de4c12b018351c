extension LeafList {
  /// Normalised name, type, greatest definition and repetition level; a name alone is where
  /// dedicated columns go.
  static let vParquet5 = """
    TraceID bytes 0 0
    TraceIDText bytes 0 0
    StartTimeUnixNano int64 0 0
    EndTimeUnixNano int64 0 0
    DurationNano int64 0 0
    RootServiceName bytes 0 0
    RootSpanName bytes 0 0
    ServiceStats.ServiceName bytes 1 1
    ServiceStats.SpanCount int32 1 1
    ServiceStats.ErrorCount int32 1 1
    rs.Resource.ServiceName bytes 1 1
    rs.Resource.Attrs.Key bytes 2 2
    rs.Resource.Attrs.IsArray bool 2 2
    rs.Resource.Attrs.Value bytes 3 3
    rs.Resource.Attrs.ValueInt int64 3 3
    rs.Resource.Attrs.ValueDouble double 3 3
    rs.Resource.Attrs.ValueBool bool 3 3
    rs.Resource.Attrs.ValueUnsupported bytes 3 2
    rs.Resource.DroppedAttributesCount int32 1 1
    rs.Resource.DedicatedAttributes
    rs.ss.Scope.Name bytes 2 2
    rs.ss.Scope.Version bytes 2 2
    rs.ss.Scope.Attrs.Key bytes 3 3
    rs.ss.Scope.Attrs.IsArray bool 3 3
    rs.ss.Scope.Attrs.Value bytes 4 4
    rs.ss.Scope.Attrs.ValueInt int64 4 4
    rs.ss.Scope.Attrs.ValueDouble double 4 4
    rs.ss.Scope.Attrs.ValueBool bool 4 4
    rs.ss.Scope.Attrs.ValueUnsupported bytes 4 3
    rs.ss.Scope.DroppedAttributesCount int32 2 2
    rs.ss.Spans.SpanID bytes 3 3
    rs.ss.Spans.ParentSpanID bytes 3 3
    rs.ss.Spans.ParentID int32 3 3
    rs.ss.Spans.NestedSetLeft int32 3 3
    rs.ss.Spans.NestedSetRight int32 3 3
    rs.ss.Spans.ChildCount int32 3 3
    rs.ss.Spans.Name bytes 3 3
    rs.ss.Spans.Kind int64 3 3
    rs.ss.Spans.TraceState bytes 3 3
    rs.ss.Spans.StartTimeUnixNano int64 3 3
    rs.ss.Spans.DurationNano int64 3 3
    rs.ss.Spans.StatusCode int64 3 3
    rs.ss.Spans.StatusMessage bytes 3 3
    rs.ss.Spans.Attrs.Key bytes 4 4
    rs.ss.Spans.Attrs.IsArray bool 4 4
    rs.ss.Spans.Attrs.Value bytes 5 5
    rs.ss.Spans.Attrs.ValueInt int64 5 5
    rs.ss.Spans.Attrs.ValueDouble double 5 5
    rs.ss.Spans.Attrs.ValueBool bool 5 5
    rs.ss.Spans.Attrs.ValueUnsupported bytes 5 4
    rs.ss.Spans.DroppedAttributesCount int32 3 3
    rs.ss.Spans.Events.TimeSinceStartNano int64 4 4
    rs.ss.Spans.Events.Name bytes 4 4
    rs.ss.Spans.Events.Attrs.Key bytes 5 5
    rs.ss.Spans.Events.Attrs.IsArray bool 5 5
    rs.ss.Spans.Events.Attrs.Value bytes 6 6
    rs.ss.Spans.Events.Attrs.ValueInt int64 6 6
    rs.ss.Spans.Events.Attrs.ValueDouble double 6 6
    rs.ss.Spans.Events.Attrs.ValueBool bool 6 6
    rs.ss.Spans.Events.Attrs.ValueUnsupported bytes 6 5
    rs.ss.Spans.Events.DroppedAttributesCount int32 4 4
    rs.ss.Spans.Events.DedicatedAttributes
    rs.ss.Spans.DroppedEventsCount int32 3 3
    rs.ss.Spans.Links.TraceID bytes 4 4
    rs.ss.Spans.Links.SpanID bytes 4 4
    rs.ss.Spans.Links.TraceState bytes 4 4
    rs.ss.Spans.Links.Attrs.Key bytes 5 5
    rs.ss.Spans.Links.Attrs.IsArray bool 5 5
    rs.ss.Spans.Links.Attrs.Value bytes 6 6
    rs.ss.Spans.Links.Attrs.ValueInt int64 6 6
    rs.ss.Spans.Links.Attrs.ValueDouble double 6 6
    rs.ss.Spans.Links.Attrs.ValueBool bool 6 6
    rs.ss.Spans.Links.Attrs.ValueUnsupported bytes 6 5
    rs.ss.Spans.Links.DroppedAttributesCount int32 4 4
    rs.ss.Spans.DroppedLinksCount int32 3 3
    rs.ss.Spans.DedicatedAttributes
    rs.ss.Spans.StartTimeRounded15 int32 3 3
    rs.ss.Spans.StartTimeRounded60 int32 3 3
    rs.ss.Spans.StartTimeRounded300 int32 3 3
    rs.ss.Spans.StartTimeRounded3600 int32 3 3
    rs.ss.SpanCount int32 2 2
    """
}
