package import Columns

/// Spans in columns, as they come in: no object a span, no object an attribute.
///
/// Texts are numbers of one interner. Resources and scopes are kept once however often they are
/// sent. Decoders append to it, block writers read from it.
package struct SpanTable: Sendable {
  package var strings = StringInterner()
  package private(set) var resources = ResourceTable()
  package private(set) var scopes = ScopeTable()

  // MARK: One entry a span

  package private(set) var traceIDs: [TraceID] = []
  package private(set) var spanIDs: [ShortID] = []
  package private(set) var parentIDs: [ShortID] = []
  package private(set) var names: [UInt32] = []
  package private(set) var kinds: [Int32] = []
  /// Unix nanoseconds.
  package private(set) var starts: [UInt64] = []
  /// Nanoseconds, end - start wrapped at 64 bits: an end before the start gives a huge number.
  package private(set) var durations: [UInt64] = []
  package private(set) var statusCodes: [Int32] = []
  package private(set) var statusMessages: [UInt32] = []
  package private(set) var traceStates: [UInt32] = []
  package private(set) var droppedAttributes: [UInt32] = []
  package private(set) var droppedEvents: [UInt32] = []
  package private(set) var droppedLinks: [UInt32] = []
  package private(set) var resourceOfSpan: [UInt32] = []
  package private(set) var scopeOfSpan: [UInt32] = []
  /// Span `i` has the events `eventOffsets[i]..<eventOffsets[i + 1]`; links alike.
  package private(set) var eventOffsets: [UInt32] = [0]
  package private(set) var linkOffsets: [UInt32] = [0]
  package var attributes = AttributeTable()

  package var events = EventTable()
  package var links = LinkTable()

  package init() {}

  package var spanCount: Int { traceIDs.count }

  /// Bytes kept in memory, near enough for deciding when to write.
  package var memoryBytes: Int {
    strings.memoryBytes + spanCount * 116 + attributes.memoryBytes + events.memoryBytes
      + links.memoryBytes
  }
}

// MARK: Room

extension SpanTable {
  /// Makes room for `factor` times what another table holds: columns that need not grow copy
  /// nothing and waste nothing. Texts repeat themselves, and are reckoned with as they are.
  package mutating func reserve(like other: SpanTable, times factor: Double = 1.125) {
    strings.reserve(like: other.strings)
    let spans = other.spanCount.times(factor)
    traceIDs.reserveCapacity(spans)
    spanIDs.reserveCapacity(spans)
    parentIDs.reserveCapacity(spans)
    names.reserveCapacity(spans)
    kinds.reserveCapacity(spans)
    starts.reserveCapacity(spans)
    durations.reserveCapacity(spans)
    statusCodes.reserveCapacity(spans)
    statusMessages.reserveCapacity(spans)
    traceStates.reserveCapacity(spans)
    droppedAttributes.reserveCapacity(spans)
    droppedEvents.reserveCapacity(spans)
    droppedLinks.reserveCapacity(spans)
    resourceOfSpan.reserveCapacity(spans)
    scopeOfSpan.reserveCapacity(spans)
    eventOffsets.reserveCapacity(spans + 1)
    linkOffsets.reserveCapacity(spans + 1)
    attributes.reserve(like: other.attributes, times: factor)
    events.attributes.reserve(like: other.events.attributes, times: factor)
  }
}

extension Int {
  func times(_ factor: Double) -> Int { Int(Double(self) * factor) }
}

// MARK: Appending

extension SpanTable {
  /// A span whose attributes, events and links have just been appended to their tables.
  package struct SpanFields: Sendable {
    package var traceID = TraceID(high: 0, low: 0)
    package var spanID = ShortID.none
    package var parentID = ShortID.none
    package var name: UInt32 = 0
    package var kind: Int32 = 0
    package var start: UInt64 = 0
    package var end: UInt64 = 0
    package var statusCode: Int32 = 0
    package var statusMessage: UInt32 = 0
    package var traceState: UInt32 = 0
    package var droppedAttributes: UInt32 = 0
    package var droppedEvents: UInt32 = 0
    package var droppedLinks: UInt32 = 0
    package var resource: UInt32 = 0
    package var scope: UInt32 = 0

    package init() {}
  }

  /// Closes a span: what was appended to attributes, events and links since the last one is its.
  package mutating func endSpan(_ span: SpanFields) {
    traceIDs.append(span.traceID)
    spanIDs.append(span.spanID)
    parentIDs.append(span.parentID)
    names.append(span.name)
    kinds.append(span.kind)
    starts.append(span.start)
    durations.append(span.end &- span.start)
    statusCodes.append(span.statusCode)
    statusMessages.append(span.statusMessage)
    traceStates.append(span.traceState)
    droppedAttributes.append(span.droppedAttributes)
    droppedEvents.append(span.droppedEvents)
    droppedLinks.append(span.droppedLinks)
    resourceOfSpan.append(span.resource)
    scopeOfSpan.append(span.scope)
    attributes.endOwner()
    eventOffsets.append(UInt32(events.count))
    linkOffsets.append(UInt32(links.count))
  }

  /// The number of a resource with these attributes, those of the only owner of `attributes`.
  package mutating func resource(
    _ attributes: AttributeTable, droppedAttributes: UInt32
  ) -> UInt32 {
    resources.number(of: attributes, dropped: droppedAttributes, &strings)
  }

  /// The number of an instrumentation scope.
  package mutating func scope(
    name: UInt32, version: UInt32, _ attributes: AttributeTable, droppedAttributes: UInt32
  ) -> UInt32 {
    scopes.number(
      name: name, version: version, of: attributes, dropped: droppedAttributes, strings)
  }
}

// MARK: Much at once

extension SpanTable {
  /// What texts, resources and scopes of another table are called here.
  struct Renumbering {
    var texts: [UInt32]
    var resources: [UInt32]
    var scopes: [UInt32]
  }

  /// Appends all spans of another table, column by column.
  mutating func append(contentsOf other: SpanTable, renumbering numbers: Renumbering) {
    let texts = numbers.texts
    let (firstEvent, firstLink) = (UInt32(events.count), UInt32(links.count))
    traceIDs.append(contentsOf: other.traceIDs)
    spanIDs.append(contentsOf: other.spanIDs)
    parentIDs.append(contentsOf: other.parentIDs)
    names.append(contentsOf: other.names.lazy.map { texts[Int($0)] })
    kinds.append(contentsOf: other.kinds)
    starts.append(contentsOf: other.starts)
    durations.append(contentsOf: other.durations)
    statusCodes.append(contentsOf: other.statusCodes)
    statusMessages.append(contentsOf: other.statusMessages.lazy.map { texts[Int($0)] })
    traceStates.append(contentsOf: other.traceStates.lazy.map { texts[Int($0)] })
    droppedAttributes.append(contentsOf: other.droppedAttributes)
    droppedEvents.append(contentsOf: other.droppedEvents)
    droppedLinks.append(contentsOf: other.droppedLinks)
    resourceOfSpan.append(
      contentsOf: other.resourceOfSpan.lazy.map { numbers.resources[Int($0)] })
    scopeOfSpan.append(contentsOf: other.scopeOfSpan.lazy.map { numbers.scopes[Int($0)] })
    eventOffsets.append(contentsOf: other.eventOffsets.dropFirst().lazy.map { $0 + firstEvent })
    linkOffsets.append(contentsOf: other.linkOffsets.dropFirst().lazy.map { $0 + firstLink })
    attributes.append(contentsOf: other.attributes, renumbering: texts)
    events.append(contentsOf: other.events, renumbering: texts)
    links.append(contentsOf: other.links, renumbering: texts)
  }
}

// MARK: Taking back

extension SpanTable {
  package struct Mark: Sendable {
    fileprivate var spans: Int
    fileprivate var attributes: AttributeTable.Mark
    fileprivate var events: EventTable.Mark
    fileprivate var links: LinkTable.Mark
  }

  package var mark: Mark {
    Mark(spans: spanCount, attributes: attributes.mark, events: events.mark, links: links.mark)
  }

  /// Forgets the spans appended since `mark` was taken, a half appended one included: a request is
  /// taken whole or not at all. Texts, resources and scopes stay known; nothing refers to them.
  package mutating func truncate(to mark: Mark) {
    let extra = spanCount - mark.spans
    traceIDs.removeLast(extra)
    spanIDs.removeLast(extra)
    parentIDs.removeLast(extra)
    names.removeLast(extra)
    kinds.removeLast(extra)
    starts.removeLast(extra)
    durations.removeLast(extra)
    statusCodes.removeLast(extra)
    statusMessages.removeLast(extra)
    traceStates.removeLast(extra)
    droppedAttributes.removeLast(extra)
    droppedEvents.removeLast(extra)
    droppedLinks.removeLast(extra)
    resourceOfSpan.removeLast(extra)
    scopeOfSpan.removeLast(extra)
    eventOffsets.removeLast(extra)
    linkOffsets.removeLast(extra)
    attributes.truncate(to: mark.attributes)
    events.truncate(to: mark.events)
    links.truncate(to: mark.links)
  }
}
