import Columns
package import OTLP
package import Spans

/// Events and links that are at hand as objects.
extension SpanTable {
  mutating func append(_ event: Event) {
    for pair in event.attributes {
      events.attributes.append(key: pair.key, pair.value, &strings)
    }
    events.endEvent(
      time: event.timeNanoseconds, name: strings.intern(event.name),
      droppedAttributes: event.droppedAttributesCount)
  }

  package mutating func append(_ link: Link) {
    for pair in link.attributes {
      links.attributes.append(key: pair.key, pair.value, &strings)
    }
    links.endLink(
      traceID: strings.intern(link.traceID), spanID: strings.intern(link.spanID),
      traceState: strings.intern(link.traceState),
      droppedAttributes: link.droppedAttributesCount)
  }
}
