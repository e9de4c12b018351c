import Columns
import Parquet
import Storage

extension RowReader {
  /// The row as a trace. Every span gets the row's trace ID, a status, a scope and a resource.
  func trace(traceID: [UInt8]) throws(ParquetError) -> Trace {
    let (resources, _) = try lane(.serviceName, below: 1)
    let (scopes, scopeNames) = try lane(.scopeName, below: resources.count)
    let (spans, spanIDs) = try lane(.spanID, below: scopes.count)

    var all = try readSpans(traceID: traceID, ids: spanIDs, count: spans.count)[...]
    let resourceAttributes = try attributes(.resource, count: resources.count)
    let resourceDropped = try values(.resourceDroppedAttributes, count: resources.count)
    let versions = try values(.scopeVersion, count: scopes.count)
    let scopeAttributes = try attributes(.instrumentation, count: scopes.count)
    let scopeDropped = try values(.scopeDroppedAttributes, count: scopes.count)

    var trace = Trace()
    for r in 0..<resources.count {
      var entry = ResourceSpans(
        resource: Resource(
          attributes: resourceAttributes[r], droppedAttributesCount: resourceDropped.count(r)))
      for s in scopes.elements(of: r) {
        let scope = InstrumentationScope(
          name: scopeNames.string(s), version: versions.string(s),
          attributes: scopeAttributes[s], droppedAttributesCount: scopeDropped.count(s))
        let count = spans.elements(of: s).count
        entry.scopeSpans.append(ScopeSpans(scope: scope, spans: Array(all.prefix(count))))
        all.removeFirst(count)
      }
      trace.resourceSpans.append(entry)
    }
    return trace
  }

  /// All spans of the row, in stored order.
  private func readSpans(
    traceID: [UInt8], ids: LaneValues?, count: Int
  ) throws(ParquetError) -> [Span] {
    let parents = try values(.parentSpanID, count: count)
    let names = try values(.spanName, count: count)
    let kinds = try values(.kind, count: count)
    let states = try values(.traceState, count: count)
    let starts = try values(.spanStart, count: count)
    let durations = try values(.spanDuration, count: count)
    let codes = try values(.statusCode, count: count)
    let messages = try values(.statusMessage, count: count)
    let attributes = try attributes(.span, count: count)
    let dropped = try values(.spanDroppedAttributes, count: count)
    let droppedEvents = try values(.droppedEvents, count: count)
    let droppedLinks = try values(.droppedLinks, count: count)

    var spans: [Span] = []
    spans.reserveCapacity(count)
    for i in 0..<count {
      var span = Span(traceID: traceID, spanID: ids.bytes(i))
      span.parentSpanID = parents.bytes(i)
      span.name = names.string(i)
      span.kind = Int32(truncatingIfNeeded: kinds.int(i))
      span.traceState = states.string(i)
      span.startNanoseconds = starts.time(i)
      span.endNanoseconds = starts.time(i) &+ durations.time(i)
      span.status = Status(
        message: messages.string(i), code: Int32(truncatingIfNeeded: codes.int(i)))
      span.attributes = attributes[i]
      span.droppedAttributesCount = dropped.count(i)
      span.droppedEventsCount = droppedEvents.count(i)
      span.droppedLinksCount = droppedLinks.count(i)
      spans.append(span)
    }
    try readEvents(into: &spans)
    try readLinks(into: &spans)
    return spans
  }

  private func readEvents(into spans: inout [Span]) throws(ParquetError) {
    let (events, names) = try lane(.eventName, below: spans.count)
    guard events.count > 0 else { return }
    let sinceStart = try values(.eventTimeSinceStart, count: events.count)
    let times = try values(.eventTime, count: events.count)
    let attributes = try attributes(.event, count: events.count)
    let dropped = try values(.eventDroppedAttributes, count: events.count)
    for i in spans.indices {
      spans[i].events = events.elements(of: i).map { e in
        // Wrap-around: an event before the span's start is stored as a huge distance.
        let time =
          sinceStart == nil ? times.time(e) : spans[i].startNanoseconds &+ sinceStart.time(e)
        return Event(
          timeNanoseconds: time, name: names.string(e), attributes: attributes[e],
          droppedAttributesCount: dropped.count(e))
      }
    }
  }

  private func readLinks(into spans: inout [Span]) throws(ParquetError) {
    if let leaf = schema.leaf(.linksBlob) { return try readEncodedLinks(leaf, into: &spans) }
    let (links, traceIDs) = try lane(.linkTraceID, below: spans.count)
    guard links.count > 0 else { return }
    let spanIDs = try values(.linkSpanID, count: links.count)
    let states = try values(.linkTraceState, count: links.count)
    let attributes = try attributes(.link, count: links.count)
    let dropped = try values(.linkDroppedAttributes, count: links.count)
    for i in spans.indices {
      spans[i].links = links.elements(of: i).map { l in
        Link(
          traceID: traceIDs.bytes(l), spanID: spanIDs.bytes(l), traceState: states.string(l),
          attributes: attributes[l], droppedAttributesCount: dropped.count(l))
      }
    }
  }

  /// vParquet3.
  private func readEncodedLinks(_ leaf: Leaf, into spans: inout [Span]) throws(ParquetError) {
    let messages = try values(.linksBlob, count: spans.count)
    for i in spans.indices {
      let message = messages.bytes(i)
      if message.isEmpty { continue }
      do {
        spans[i].links = try Link.list(protobuf: message)
      } catch {
        throw damaged(leaf, "not the protobuf of a span's links: \(error)")
      }
    }
  }
}
