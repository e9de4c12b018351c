import Columns

extension SpanTable {
  /// What is kept, and how, of spans that are copied from one table into another.
  package struct Merging: Sendable {
    /// Spans of these traces are left behind.
    package var leavingOut: Set<TraceID> = []
    /// Keys and texts of attributes are cut to so many bytes, 0: never; elements of arrays stay.
    package var attributeBytesMax = 0

    package init(leavingOut: Set<TraceID> = [], attributeBytesMax: Int = 0) {
      self.leavingOut = leavingOut
      self.attributeBytesMax = attributeBytesMax
    }
  }

  /// Appends the spans of another table, which has texts, resources and scopes of its own; returns
  /// how many attributes were cut.
  @discardableResult
  package mutating func append(
    contentsOf other: SpanTable, _ merging: Merging = Merging()
  ) -> TruncationCounts {
    var copy = SpanCopy(of: other, merging)
    copy.append(to: &self)
    return copy.truncated
  }
}

/// A table on its way into another one: which number there is what number here.
private struct SpanCopy {
  private let source: SpanTable
  private let merging: SpanTable.Merging
  /// Number of a text here plus one, 0 while it has none; `cutTexts` the same for attributes.
  private var texts: [UInt32]
  private var cutTexts: [UInt32]
  private var resources: [UInt32?]
  private var scopes: [UInt32?]
  private var place = TruncationCounts.Place.span
  private(set) var truncated = TruncationCounts()

  init(of source: SpanTable, _ merging: SpanTable.Merging) {
    self.source = source
    self.merging = merging
    texts = [UInt32](repeating: 0, count: source.strings.count)
    cutTexts = texts
    resources = [UInt32?](repeating: nil, count: source.resources.count)
    scopes = [UInt32?](repeating: nil, count: source.scopes.count)
  }

  mutating func append(to table: inout SpanTable) {
    if merging.leavingOut.isEmpty, merging.attributeBytesMax == 0 {
      table.append(contentsOf: source, renumbering: renumbering(&table))
      return
    }
    for span in 0..<source.spanCount {
      if !merging.leavingOut.isEmpty, merging.leavingOut.contains(source.traceIDs[span]) {
        continue
      }
      append(span: span, to: &table)
    }
  }

  /// What everything is called in `table`, where it is made known.
  private mutating func renumbering(_ table: inout SpanTable) -> SpanTable.Renumbering {
    let numbers = (0..<UInt32(source.strings.count)).map { text($0, &table.strings) }
    let resources = (0..<source.resources.count).map { resource($0, &table) }
    let scopes = (0..<source.scopes.count).map { scope($0, &table) }
    return SpanTable.Renumbering(texts: numbers, resources: resources, scopes: scopes)
  }

  private mutating func append(span: Int, to table: inout SpanTable) {
    var fields = SpanTable.SpanFields()
    fields.traceID = source.traceIDs[span]
    fields.spanID = source.spanIDs[span]
    fields.parentID = source.parentIDs[span]
    fields.name = text(source.names[span], &table.strings)
    fields.kind = source.kinds[span]
    fields.start = source.starts[span]
    fields.end = source.starts[span] &+ source.durations[span]
    fields.statusCode = source.statusCodes[span]
    fields.statusMessage = text(source.statusMessages[span], &table.strings)
    fields.traceState = text(source.traceStates[span], &table.strings)
    fields.droppedAttributes = source.droppedAttributes[span]
    fields.droppedEvents = source.droppedEvents[span]
    fields.droppedLinks = source.droppedLinks[span]
    fields.resource = resource(Int(source.resourceOfSpan[span]), &table)
    fields.scope = scope(Int(source.scopeOfSpan[span]), &table)
    place = .span
    append(source.attributes, owner: span, to: &table.attributes, &table.strings)
    place = .event
    for event in Int(source.eventOffsets[span])..<Int(source.eventOffsets[span + 1]) {
      append(source.events.attributes, owner: event, to: &table.events.attributes, &table.strings)
      table.events.endEvent(
        time: source.events.times[event], name: text(source.events.names[event], &table.strings),
        droppedAttributes: source.events.droppedAttributes[event])
    }
    place = .link
    for link in Int(source.linkOffsets[span])..<Int(source.linkOffsets[span + 1]) {
      append(source.links.attributes, owner: link, to: &table.links.attributes, &table.strings)
      table.links.endLink(
        traceID: text(source.links.traceIDs[link], &table.strings),
        spanID: text(source.links.spanIDs[link], &table.strings),
        traceState: text(source.links.traceStates[link], &table.strings),
        droppedAttributes: source.links.droppedAttributes[link])
    }
    table.endSpan(fields)
  }

  // MARK: Resources and scopes

  private mutating func resource(_ number: Int, _ table: inout SpanTable) -> UInt32 {
    if let known = resources[number] { return known }
    var attributes = AttributeTable()
    place = .resource
    let service = source.resources.serviceNames[number]
    if service != 0 {
      attributes.append(
        key: table.strings.intern("service.name"), .text,
        UInt64(attributeText(service, &table.strings)))
    }
    append(source.resources.attributes, owner: number, to: &attributes, &table.strings)
    attributes.endOwner()
    let fresh = table.resource(
      attributes, droppedAttributes: source.resources.droppedAttributes[number])
    resources[number] = fresh
    return fresh
  }

  private mutating func scope(_ number: Int, _ table: inout SpanTable) -> UInt32 {
    if let known = scopes[number] { return known }
    var attributes = AttributeTable()
    place = .scope
    append(source.scopes.attributes, owner: number, to: &attributes, &table.strings)
    attributes.endOwner()
    let fresh = table.scope(
      name: text(source.scopes.names[number], &table.strings),
      version: text(source.scopes.versions[number], &table.strings), attributes,
      droppedAttributes: source.scopes.droppedAttributes[number])
    scopes[number] = fresh
    return fresh
  }

  // MARK: Attributes and texts

  private mutating func append(
    _ attributes: AttributeTable, owner: Int, to target: inout AttributeTable,
    _ strings: inout StringInterner
  ) {
    for attribute in attributes.range(of: owner) {
      let key = attributeText(attributes.keys[attribute], &strings)
      let kind = attributes.kinds[attribute]
      let payload = attributes.payloads[attribute]
      switch kind {
      case .text:
        target.append(key: key, .text, UInt64(attributeText(UInt32(payload), &strings)))
      case .json: target.append(key: key, .json, UInt64(text(UInt32(payload), &strings)))
      case .int, .double, .bool: target.append(key: key, kind, payload)
      case .textArray:
        var elements: [UInt64] = []
        for element in attributes.values(of: attribute) {
          elements.append(UInt64(text(UInt32(element), &strings)))
        }
        target.append(key: key, kind, elements: elements)
      case .intArray, .doubleArray, .boolArray:
        target.append(key: key, kind, elements: Array(attributes.values(of: attribute)))
      }
    }
  }

  private mutating func text(_ number: UInt32, _ strings: inout StringInterner) -> UInt32 {
    if number == 0 { return 0 }
    let known = texts[Int(number)]
    if known != 0 { return known - 1 }
    let fresh = source.strings.bytes(number).withUnsafeBytes { strings.intern($0) }
    texts[Int(number)] = fresh + 1
    return fresh
  }

  /// The text of an attribute, cut at a character where it is too long.
  private mutating func attributeText(
    _ number: UInt32, _ strings: inout StringInterner
  ) -> UInt32 {
    guard merging.attributeBytesMax > 0 else { return text(number, &strings) }
    let bytes = source.strings.bytes(number)
    guard bytes.count > merging.attributeBytesMax else { return text(number, &strings) }
    truncated[place] += 1
    let known = cutTexts[Int(number)]
    if known != 0 { return known - 1 }
    var end = bytes.startIndex + merging.attributeBytesMax
    while end > bytes.startIndex, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    let fresh = bytes[..<end].withUnsafeBytes { strings.intern($0) }
    cutTexts[Int(number)] = fresh + 1
    return fresh
  }
}
