import Columns
import Intake
import OTLP
import Parquet
import Spans
import Storage

/// The columns of the spans of a piece, and of their events and links.
struct SpanLanes {
  private let ids: TextColumn
  private let parents: TextColumn
  private let names: [UInt32]
  private let kinds: [Int64]
  private let states: [UInt32]
  private let starts: [Int64]
  private let durations: [Int64]
  private let codes: [Int64]
  private let messages: [UInt32]
  private let dropped: [UInt32]
  private let droppedEvents: [UInt32]
  private let droppedLinks: [UInt32]
  private var attributes: LaneAttributes
  private var events: EventLane
  private var links: LinkLane

  init(
    _ reader: PieceReader, _ unit: BlockUnit, _ count: Int, _ table: inout SpanTable,
    _ redaction: Redaction?
  ) throws(StorageError) {
    guard case .text(let ids) = try unit.column(.spanID),
      case .text(let parents) = try unit.column(.parentSpanID), ids.codes.count == count,
      parents.codes.count == count
    else { throw .damaged(file: reader.file.file.name, "span IDs are missing") }
    self.ids = ids
    self.parents = parents
    names = try reader.texts(.spanName, count, &table.strings)
    kinds = try reader.numbers(.kind, count)
    states = try reader.texts(.traceState, count, &table.strings)
    starts = try reader.numbers(.spanStart, count)
    durations = try reader.numbers(.spanDuration, count)
    codes = try reader.numbers(.statusCode, count)
    messages = try reader.texts(.statusMessage, count, &table.strings)
    dropped = try reader.counts(.spanDroppedAttributes, count)
    droppedEvents = try reader.counts(.droppedEvents, count)
    droppedLinks = try reader.counts(.droppedLinks, count)
    attributes = try LaneAttributes(.span, count: count, reader, redaction, &table.strings)
    events = try EventLane(reader, unit, &table, redaction)
    links = try LinkLane(reader, unit, &table, redaction)
  }

  /// What the columns of one value a span say.
  func fields(of span: Int) -> SpanTable.SpanFields {
    var fields = SpanTable.SpanFields()
    fields.spanID = ids.shortID(at: span)
    fields.parentID = parents.shortID(at: span)
    fields.name = names[span]
    fields.kind = Int32(truncatingIfNeeded: kinds[span])
    fields.start = UInt64(bitPattern: starts[span])
    fields.end = fields.start &+ UInt64(bitPattern: durations[span])
    fields.statusCode = Int32(truncatingIfNeeded: codes[span])
    fields.statusMessage = messages[span]
    fields.traceState = states[span]
    fields.droppedAttributes = dropped[span]
    fields.droppedEvents = droppedEvents[span]
    fields.droppedLinks = droppedLinks[span]
    return fields
  }

  /// Appends the next span with all that belongs to it.
  mutating func append(
    _ span: Int, _ fields: SpanTable.SpanFields, to table: inout SpanTable
  ) throws(StorageError) {
    attributes.append(element: span, to: &table.attributes)
    events.append(span: span, start: fields.start, to: &table)
    try links.append(span: span, to: &table)
    table.endSpan(fields)
  }
}

private struct EventLane {
  private var offsets: [UInt32] = []
  private var names: [UInt32] = []
  private var times: [Int64] = []
  /// Times are those since the span's start.
  private var isRelative = true
  private var dropped: [UInt32] = []
  private var attributes = LaneAttributes()

  init(
    _ reader: PieceReader, _ unit: BlockUnit, _ table: inout SpanTable, _ redaction: Redaction?
  ) throws(StorageError) {
    guard let offsets = try unit.offsets(of: .event), let count = offsets.last.map(Int.init),
      count > 0
    else { return }
    self.offsets = offsets
    names = try reader.texts(.eventName, count, &table.strings)
    isRelative = reader.file.schema.leaf(.eventTimeSinceStart) != nil
    times = try reader.numbers(isRelative ? .eventTimeSinceStart : .eventTime, count)
    dropped = try reader.counts(.eventDroppedAttributes, count)
    attributes = try LaneAttributes(.event, count: count, reader, redaction, &table.strings)
  }

  mutating func append(span: Int, start: UInt64, to table: inout SpanTable) {
    if offsets.isEmpty { return }
    for event in Int(offsets[span])..<Int(offsets[span + 1]) {
      attributes.append(element: event, to: &table.events.attributes)
      let time = UInt64(bitPattern: times[event])
      table.events.endEvent(
        time: isRelative ? start &+ time : time, name: names[event],
        droppedAttributes: dropped[event])
    }
  }
}

private struct LinkLane {
  private var offsets: [UInt32] = []
  private var traceIDs: [UInt32] = []
  private var spanIDs: [UInt32] = []
  private var states: [UInt32] = []
  private var dropped: [UInt32] = []
  private var attributes = LaneAttributes()
  /// vParquet3: all links of a span in one message.
  private var messages: TextColumn?
  private let redaction: Redaction?
  private let file: String

  init(
    _ reader: PieceReader, _ unit: BlockUnit, _ table: inout SpanTable, _ redaction: Redaction?
  ) throws(StorageError) {
    self.redaction = redaction
    file = reader.file.file.name
    if reader.file.schema.leaf(.linksBlob) != nil {
      if case .text(let column) = try unit.column(.linksBlob) { messages = column }
      return
    }
    guard let offsets = try unit.offsets(of: .link), let count = offsets.last.map(Int.init),
      count > 0
    else { return }
    self.offsets = offsets
    traceIDs = try reader.texts(.linkTraceID, count, &table.strings)
    spanIDs = try reader.texts(.linkSpanID, count, &table.strings)
    states = try reader.texts(.linkTraceState, count, &table.strings)
    dropped = try reader.counts(.linkDroppedAttributes, count)
    attributes = try LaneAttributes(.link, count: count, reader, redaction, &table.strings)
  }

  mutating func append(span: Int, to table: inout SpanTable) throws(StorageError) {
    if let messages { return try append(messages.bytes(at: span), to: &table) }
    if offsets.isEmpty { return }
    for link in Int(offsets[span])..<Int(offsets[span + 1]) {
      attributes.append(element: link, to: &table.links.attributes)
      table.links.endLink(
        traceID: traceIDs[link], spanID: spanIDs[link], traceState: states[link],
        droppedAttributes: dropped[link])
    }
  }

  private func append(_ message: [UInt8], to table: inout SpanTable) throws(StorageError) {
    if message.isEmpty { return }
    do {
      for var link in try Link.list(protobuf: message) {
        if let redaction {
          let before = link.attributes.count
          // Messages are rare enough to be judged as objects; what matches goes, never replaced.
          link.attributes.removeAll { pair in
            redaction.attributes.contains(pair.key)
              && (redaction.value.map { pair.value == .string($0) } ?? true)
          }
          redaction.count(before - link.attributes.count)
        }
        table.append(link)
      }
    } catch {
      throw .damaged(file: file, "not the protobuf of a span's links: \(error)")
    }
  }
}
