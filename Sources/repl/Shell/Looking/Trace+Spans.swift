import OTLP

extension Trace {
  /// Every span with its surroundings, in stored order: the order of `spansWithServices`.
  var foundSpans: [FoundSpan] {
    let services = spansWithServices.map(\.service)
    let all = resourceSpans.flatMap { resource in
      resource.scopeSpans.flatMap { scope in
        scope.spans.map { (span: $0, resource: resource.resource, scope: scope.scope) }
      }
    }
    return zip(all, services).map {
      FoundSpan(span: $0.span, resource: $0.resource, scope: $0.scope, service: $1)
    }
  }
}
