/// A trace as the evaluator looks at it: spans one after another, with the tree they make.
package final class OracleTrace {
  struct Span {
    let stored: StoredSpan
    let resource: [StoredAttribute]
    let scope: StoredScope
  }

  package let id: [UInt8]
  let spans: [Span]
  let rootName: String
  let rootService: String
  /// Unix nanoseconds.
  package let start: Int64
  let end: Int64
  let tree: Tree

  /// `spans` in stored order.
  init(
    id: [UInt8], spans: [Span], rootName: String, rootService: String,
    times: (start: Int64, end: Int64)
  ) {
    self.id = id
    self.spans = spans
    self.rootName = rootName
    self.rootService = rootService
    (start, end) = times
    tree = Tree(spans.map(\.stored))
  }

  package convenience init(_ trace: StoredTrace) {
    let root = trace.root
    self.init(
      id: trace.id, spans: trace.batches.flatMap(Span.all), rootName: root?.span.name ?? "",
      rootService: root?.batch.serviceName ?? "", times: (trace.start, trace.end))
  }

  /// Nanoseconds.
  package var duration: Int64 { end &- start }

  /// Spans, and spans that failed, of each service (8.3).
  package var statistics: [(service: String, spans: Int, errors: Int)] {
    let services = Dictionary(grouping: spans) { Self.service($0.resource) }
    return services.sorted { $0.key < $1.key }.map { name, spans in
      (name, spans.count, spans.count { $0.stored.status == 2 })
    }
  }

  /// `service.name` if it is a string, else "" (3.4).
  static func service(_ resource: [StoredAttribute]) -> String {
    resource.first { $0.key == "service.name" && $0.elements.count == 1 }?.elements[0].text ?? ""
  }
}

extension OracleTrace.Span {
  static func all(of batch: StoredTrace.Batch) -> [OracleTrace.Span] {
    batch.spans.map { OracleTrace.Span(stored: $0, resource: batch.resource, scope: batch.scope) }
  }
}
