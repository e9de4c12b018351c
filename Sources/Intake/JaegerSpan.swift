import Columns
import OTLP
import Spans

/// One Jaeger span on its way to OTLP, whatever form it came in (ingest.md 9.3).
struct JaegerSpan {
  struct Reference {
    /// FOLLOWS_FROM, else CHILD_OF.
    var isFollowing: Bool
    var traceID: TraceID
    var spanID: ShortID
  }

  var traceID = TraceID(high: 0, low: 0)
  var spanID = ShortID.none
  /// What the span itself says; without that its references decide.
  var parentID = ShortID.none
  var name = ""
  /// Unix nanoseconds.
  var start: UInt64 = 0
  var end: UInt64 = 0
  var tags: [KeyValue] = []
  var references: [Reference] = []
  var events: [Event] = []

  /// A process is a resource; Jaeger knows no scopes.
  static func owner(
    service: String, tags: [KeyValue], _ table: inout SpanTable
  ) -> SpanTable.SpanFields {
    var attributes = AttributeTable()
    if !service.isEmpty {
      attributes.append(key: "service.name", .string(service), &table.strings)
    }
    for tag in JaegerTags.resource(tags) {
      attributes.append(key: tag.key, tag.value, &table.strings)
    }
    attributes.endOwner()
    var scope = AttributeTable()
    scope.endOwner()
    var owner = SpanTable.SpanFields()
    owner.resource = table.resource(attributes, droppedAttributes: 0)
    owner.scope = table.scope(name: 0, version: 0, scope, droppedAttributes: 0)
    return owner
  }

  func append(to table: inout SpanTable, _ owner: SpanTable.SpanFields) {
    let mapped = JaegerTags.span(tags)
    let (parent, links) = parentAndLinks()
    var span = owner
    span.traceID = traceID
    span.spanID = spanID
    span.parentID = parent
    span.name = table.strings.intern(name)
    span.kind = mapped.kind
    span.start = start
    span.end = end
    span.statusCode = mapped.statusCode
    span.statusMessage = table.strings.intern(mapped.statusMessage)
    for pair in mapped.attributes {
      table.attributes.append(key: pair.key, pair.value, &table.strings)
    }
    for event in events { table.append(event) }
    for link in links { table.append(link) }
    table.endSpan(span)
  }

  /// The parent is the first reference of the right kind in the same trace; the others are links.
  private func parentAndLinks() -> (ShortID, [Link]) {
    var rest = references
    var parent = parentID
    if parent.isEmpty {
      let own = rest.indices.filter { rest[$0].traceID == traceID }
      let chosen =
        own.first { !rest[$0].isFollowing } ?? own.first { rest[$0].isFollowing }
      if let chosen { parent = rest.remove(at: chosen).spanID }
    } else {
      rest.removeAll { !$0.isFollowing && $0.spanID == parent && $0.traceID == traceID }
    }
    let links = rest.map { reference in
      let kind = reference.isFollowing ? "follows_from" : "child_of"
      return Link(
        traceID: reference.traceID.bytes, spanID: reference.spanID.bytes,
        attributes: [KeyValue(key: "opentracing.ref_type", value: .string(kind))])
    }
    return (parent, links)
  }
}
