/// One trace as OTLP lays it out: spans under the scope and the resource that produced them.
package struct Trace: Sendable, Equatable {
  package var resourceSpans: [ResourceSpans]

  package init(resourceSpans: [ResourceSpans] = []) { self.resourceSpans = resourceSpans }

  package var spanCount: Int {
    resourceSpans.reduce(0) { total, resource in
      resource.scopeSpans.reduce(total) { $0 + $1.spans.count }
    }
  }

  /// Calls `body` for every span in stored order.
  func forEachSpan(_ body: (Span) -> Void) {
    for resource in resourceSpans {
      for scope in resource.scopeSpans { scope.spans.forEach(body) }
    }
  }

  /// Lets `body` change every span, in stored order.
  mutating func updateSpans(_ body: (inout Span) -> Void) {
    for r in resourceSpans.indices {
      for s in resourceSpans[r].scopeSpans.indices {
        for i in resourceSpans[r].scopeSpans[s].spans.indices {
          body(&resourceSpans[r].scopeSpans[s].spans[i])
        }
      }
    }
  }
}

/// The spans of one resource: a process, a pod, a function.
package struct ResourceSpans: Sendable, Equatable {
  package var resource: Resource
  package var scopeSpans: [ScopeSpans]

  package init(resource: Resource = Resource(), scopeSpans: [ScopeSpans] = []) {
    self.resource = resource
    self.scopeSpans = scopeSpans
  }
}

package struct Resource: Sendable, Equatable {
  package var attributes: [KeyValue]
  package var droppedAttributesCount: UInt32

  package init(attributes: [KeyValue] = [], droppedAttributesCount: UInt32 = 0) {
    self.attributes = attributes
    self.droppedAttributesCount = droppedAttributesCount
  }
}

/// The spans of one instrumentation scope within a resource.
package struct ScopeSpans: Sendable, Equatable {
  package var scope: InstrumentationScope
  package var spans: [Span]

  package init(scope: InstrumentationScope = InstrumentationScope(), spans: [Span] = []) {
    self.scope = scope
    self.spans = spans
  }
}

/// The library that made the spans.
package struct InstrumentationScope: Sendable, Equatable {
  package var name: String
  package var version: String
  package var attributes: [KeyValue]
  package var droppedAttributesCount: UInt32

  package init(
    name: String = "", version: String = "", attributes: [KeyValue] = [],
    droppedAttributesCount: UInt32 = 0
  ) {
    self.name = name
    self.version = version
    self.attributes = attributes
    self.droppedAttributesCount = droppedAttributesCount
  }
}
