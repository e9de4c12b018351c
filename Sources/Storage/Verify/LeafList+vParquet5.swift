extension LeafList {
  /// Normalised name, type, greatest definition and repetition level; a name alone is where
  /// dedicated columns go.
  static let vParquet5 = """
    TraceID bytes 0 0
    TraceIDText string 0 0
    StartTimeUnixNano u64 0 0
    EndTimeUnixNano u64 0 0
    DurationNano u64 0 0
    RootServiceName string 0 0
    RootSpanName string 0 0
    ServiceStats.ServiceName string 1 1
    ServiceStats.SpanCount u32 1 1
    ServiceStats.ErrorCount u32 1 1
    rs.Resource.ServiceName string 1 1
    rs.Resource.Attrs.Key string 2 2
    rs.Resource.Attrs.IsArray bool 2 2
    rs.Resource.Attrs.Value string 3 3
    rs.Resource.Attrs.ValueInt i64 3 3
    rs.Resource.Attrs.ValueDouble double 3 3
    rs.Resource.Attrs.ValueBool bool 3 3
    rs.Resource.Attrs.ValueUnsupported string 3 2
    rs.Resource.DroppedAttributesCount i32 1 1
    rs.Resource.DedicatedAttributes
    rs.ss.Scope.Name string 2 2
    rs.ss.Scope.Version string 2 2
    rs.ss.Scope.Attrs.Key string 3 3
    rs.ss.Scope.Attrs.IsArray bool 3 3
    rs.ss.Scope.Attrs.Value string 4 4
    rs.ss.Scope.Attrs.ValueInt i64 4 4
    rs.ss.Scope.Attrs.ValueDouble double 4 4
    rs.ss.Scope.Attrs.ValueBool bool 4 4
    rs.ss.Scope.Attrs.ValueUnsupported string 4 3
    rs.ss.Scope.DroppedAttributesCount i32 2 2
    rs.ss.Spans.SpanID bytes 3 3
    rs.ss.Spans.ParentSpanID bytes 3 3
    rs.ss.Spans.ParentID i32 3 3
    rs.ss.Spans.NestedSetLeft i32 3 3
    rs.ss.Spans.NestedSetRight i32 3 3
    rs.ss.Spans.ChildCount i32 3 3
    rs.ss.Spans.Name string 3 3
    rs.ss.Spans.Kind i64 3 3
    rs.ss.Spans.TraceState string 3 3
    rs.ss.Spans.StartTimeUnixNano u64 3 3
    rs.ss.Spans.DurationNano u64 3 3
    rs.ss.Spans.StatusCode i64 3 3
    rs.ss.Spans.StatusMessage string 3 3
    rs.ss.Spans.Attrs.Key string 4 4
    rs.ss.Spans.Attrs.IsArray bool 4 4
    rs.ss.Spans.Attrs.Value string 5 5
    rs.ss.Spans.Attrs.ValueInt i64 5 5
    rs.ss.Spans.Attrs.ValueDouble double 5 5
    rs.ss.Spans.Attrs.ValueBool bool 5 5
    rs.ss.Spans.Attrs.ValueUnsupported string 5 4
    rs.ss.Spans.DroppedAttributesCount i32 3 3
    rs.ss.Spans.Events.TimeSinceStartNano u64 4 4
    rs.ss.Spans.Events.Name string 4 4
    rs.ss.Spans.Events.Attrs.Key string 5 5
    rs.ss.Spans.Events.Attrs.IsArray bool 5 5
    rs.ss.Spans.Events.Attrs.Value string 6 6
    rs.ss.Spans.Events.Attrs.ValueInt i64 6 6
    rs.ss.Spans.Events.Attrs.ValueDouble double 6 6
    rs.ss.Spans.Events.Attrs.ValueBool bool 6 6
    rs.ss.Spans.Events.Attrs.ValueUnsupported string 6 5
    rs.ss.Spans.Events.DroppedAttributesCount i32 4 4
    rs.ss.Spans.Events.DedicatedAttributes
    rs.ss.Spans.DroppedEventsCount i32 3 3
    rs.ss.Spans.Links.TraceID bytes 4 4
    rs.ss.Spans.Links.SpanID bytes 4 4
    rs.ss.Spans.Links.TraceState string 4 4
    rs.ss.Spans.Links.Attrs.Key string 5 5
    rs.ss.Spans.Links.Attrs.IsArray bool 5 5
    rs.ss.Spans.Links.Attrs.Value string 6 6
    rs.ss.Spans.Links.Attrs.ValueInt i64 6 6
    rs.ss.Spans.Links.Attrs.ValueDouble double 6 6
    rs.ss.Spans.Links.Attrs.ValueBool bool 6 6
    rs.ss.Spans.Links.Attrs.ValueUnsupported string 6 5
    rs.ss.Spans.Links.DroppedAttributesCount i32 4 4
    rs.ss.Spans.DroppedLinksCount i32 3 3
    rs.ss.Spans.DedicatedAttributes
    rs.ss.Spans.StartTimeRounded15 u32 3 3
    rs.ss.Spans.StartTimeRounded60 u32 3 3
    rs.ss.Spans.StartTimeRounded300 u32 3 3
    rs.ss.Spans.StartTimeRounded3600 u32 3 3
    rs.ss.SpanCount i32 2 2
    """
}
