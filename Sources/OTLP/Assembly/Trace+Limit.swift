extension Trace {
  /// Drops spans from the end until the trace has at most `bytesMax` bytes as protobuf; false if
  /// there was nothing to drop.
  mutating func cut(toBytes bytesMax: Int) -> Bool {
    guard TraceProtobuf.encode(self).count > bytesMax else { return false }
    var left = bytesMax
    var kept = Trace()
    for resource in resourceSpans {
      var part = ResourceSpans(resource: resource.resource)
      left -= TraceProtobuf.encode(Trace(resourceSpans: [part])).count
      for scope in resource.scopeSpans where left > 0 {
        let spans = scope.spans.prefix { span in
          // A span in an envelope of its own: a few bytes more than it adds here.
          let alone = ResourceSpans(scopeSpans: [ScopeSpans(spans: [span])])
          left -= TraceProtobuf.encode(Trace(resourceSpans: [alone])).count
          return left >= 0
        }
        if spans.isEmpty { continue }
        part.scopeSpans.append(ScopeSpans(scope: scope.scope, spans: Array(spans)))
      }
      if !part.scopeSpans.isEmpty { kept.resourceSpans.append(part) }
      if left <= 0 { break }
    }
    self = kept
    return true
  }
}
