/// Events of spans, in columns.
package struct EventTable: Sendable {
  /// Unix nanoseconds.
  package private(set) var times: [UInt64] = []
  package private(set) var names: [UInt32] = []
  package private(set) var droppedAttributes: [UInt32] = []
  package var attributes = AttributeTable()

  package var count: Int { times.count }

  /// Closes an event: what was appended to `attributes` since the last one is its.
  package mutating func endEvent(time: UInt64, name: UInt32, droppedAttributes: UInt32) {
    times.append(time)
    names.append(name)
    self.droppedAttributes.append(droppedAttributes)
    attributes.endOwner()
  }

  mutating func append(contentsOf other: EventTable, renumbering numbers: [UInt32]) {
    times.append(contentsOf: other.times)
    names.append(contentsOf: other.names.lazy.map { numbers[Int($0)] })
    droppedAttributes.append(contentsOf: other.droppedAttributes)
    attributes.append(contentsOf: other.attributes, renumbering: numbers)
  }

  var memoryBytes: Int { count * 16 + attributes.memoryBytes }

  struct Mark {
    var events: Int
    var attributes: AttributeTable.Mark
  }

  var mark: Mark { Mark(events: count, attributes: attributes.mark) }

  mutating func truncate(to mark: Mark) {
    let extra = count - mark.events
    times.removeLast(extra)
    names.removeLast(extra)
    droppedAttributes.removeLast(extra)
    attributes.truncate(to: mark.attributes)
  }
}

/// Links of spans, in columns. Their identifiers may have any length, and are kept as texts.
package struct LinkTable: Sendable {
  package private(set) var traceIDs: [UInt32] = []
  package private(set) var spanIDs: [UInt32] = []
  package private(set) var traceStates: [UInt32] = []
  package private(set) var droppedAttributes: [UInt32] = []
  package var attributes = AttributeTable()

  package var count: Int { traceIDs.count }

  /// Closes a link: what was appended to `attributes` since the last one is its.
  package mutating func endLink(
    traceID: UInt32, spanID: UInt32, traceState: UInt32, droppedAttributes: UInt32
  ) {
    traceIDs.append(traceID)
    spanIDs.append(spanID)
    traceStates.append(traceState)
    self.droppedAttributes.append(droppedAttributes)
    attributes.endOwner()
  }

  mutating func append(contentsOf other: LinkTable, renumbering numbers: [UInt32]) {
    traceIDs.append(contentsOf: other.traceIDs.lazy.map { numbers[Int($0)] })
    spanIDs.append(contentsOf: other.spanIDs.lazy.map { numbers[Int($0)] })
    traceStates.append(contentsOf: other.traceStates.lazy.map { numbers[Int($0)] })
    droppedAttributes.append(contentsOf: other.droppedAttributes)
    attributes.append(contentsOf: other.attributes, renumbering: numbers)
  }

  var memoryBytes: Int { count * 16 + attributes.memoryBytes }

  struct Mark {
    var links: Int
    var attributes: AttributeTable.Mark
  }

  var mark: Mark { Mark(links: count, attributes: attributes.mark) }

  mutating func truncate(to mark: Mark) {
    let extra = count - mark.links
    traceIDs.removeLast(extra)
    spanIDs.removeLast(extra)
    traceStates.removeLast(extra)
    droppedAttributes.removeLast(extra)
    attributes.truncate(to: mark.attributes)
  }
}
