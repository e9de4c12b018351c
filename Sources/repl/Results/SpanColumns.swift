import Columns
import Compression
import Engine
import OTLP
import Parquet
import Wire

/// Spans of whole traces in the columns of a Parquet file: schema and contents leaf by leaf.
struct SpanColumns: Sendable {
  private(set) var count = 0
  private var strings = StringInterner()
  /// By place in `names`.
  private var texts = [[UInt32]](repeating: [], count: names.count)
  private var starts: [Int64] = []
  private var durations: [Int64] = []
  private var resourceAttributes = AttributeMaps()
  private var attributes = AttributeMaps()
  private var eventOffsets: [UInt32] = [0]
  private var eventTimes: [Int64] = []
  private var eventNames: [UInt32] = []
  private var eventAttributes = AttributeMaps()
  private var linkOffsets: [UInt32] = [0]
  private var linkTexts: [[UInt32]] = [[], [], []]
  private var linkAttributes = AttributeMaps()

  /// Texts of a span, in their order.
  private static let names = [
    "trace_id", "span_id", "parent_span_id", "service", "name", "kind", "status",
    "status_message", "trace_state", "scope_name", "scope_version",
  ]

  // MARK: Schema

  static var schema: [SchemaNode] {
    names.map { .leaf(text($0)) } + [
      .leaf(ColumnFormat("start", .timestamp, .delta, .zstd)),
      .leaf(ColumnFormat("duration_ns", .int64, .plain, .zstd)),
      map("resource_attributes"), map("attributes"),
      list(
        "events",
        [
          .leaf(ColumnFormat("time", .timestamp, .delta, .zstd)), .leaf(text("name")),
          map("attributes"),
        ]),
      list(
        "links",
        [
          .leaf(text("trace_id")), .leaf(text("span_id")), .leaf(text("trace_state")),
          map("attributes"),
        ]),
    ]
  }

  private static func text(_ name: String) -> ColumnFormat {
    ColumnFormat(name, .text, .dictionary, .zstd)
  }

  private static func map(_ name: String) -> SchemaNode {
    .group(
      name, .required,
      [.group("key_value", .repeated, [.leaf(text("key")), .leaf(text("value"))])],
      annotation: .map)
  }

  private static func list(_ name: String, _ fields: [SchemaNode]) -> SchemaNode {
    .group(
      name, .required,
      [.group("list", .repeated, [.group("element", .required, fields)])], annotation: .list)
  }

  // MARK: Rows

  mutating func append(_ span: Span, _ scope: InstrumentationScope, _ resource: Resource) {
    count += 1
    let values = [
      Hex.encode(span.traceID), Hex.encode(span.spanID), Hex.encode(span.parentSpanID),
      resource.serviceName, span.name, Cell(.kind(Int64(span.kind))).exact,
      Cell(.status(Int64(span.status.code))).exact, span.status.message, span.traceState,
      scope.name, scope.version,
    ]
    for (column, value) in values.enumerated() { texts[column].append(strings.intern(value)) }
    starts.append(Int64(clamping: span.startNanoseconds))
    durations.append(span.signedDurationNanoseconds)
    resourceAttributes.append(resource.attributes, &strings)
    attributes.append(span.attributes, &strings)
    for event in span.events {
      eventTimes.append(Int64(clamping: event.timeNanoseconds))
      eventNames.append(strings.intern(event.name))
      eventAttributes.append(event.attributes, &strings)
    }
    eventOffsets.append(UInt32(eventTimes.count))
    for link in span.links {
      let values = [Hex.encode(link.traceID), Hex.encode(link.spanID), link.traceState]
      for (column, value) in values.enumerated() {
        linkTexts[column].append(strings.intern(value))
      }
      linkAttributes.append(link.attributes, &strings)
    }
    linkOffsets.append(UInt32(linkTexts[0].count))
  }

  /// Bytes of the distinct texts so far.
  var textBytes: Int { strings.memoryBytes }

  // MARK: Contents

  /// What each leaf of the schema holds.
  func contents() -> [ColumnContent] {
    let rows = NestedLevels.rows(count)
    let (events, links) = (rows.repeated(by: eventOffsets), rows.repeated(by: linkOffsets))
    var contents = texts.map { text(rows, $0) }
    contents.append(ColumnContent(levels: rows, values: .int64(starts)))
    contents.append(ColumnContent(levels: rows, values: .int64(durations)))
    contents += map(rows, resourceAttributes) + map(rows, attributes)
    contents.append(ColumnContent(levels: events, values: .int64(eventTimes)))
    contents.append(text(events, eventNames))
    contents += map(events, eventAttributes)
    contents += linkTexts.map { text(links, $0) }
    contents += map(links, linkAttributes)
    return contents
  }

  private func text(_ levels: NestedLevels, _ codes: [UInt32]) -> ColumnContent {
    ColumnContent(
      levels: levels,
      values: .text(TextColumn(codes: codes, table: strings.table, isDistinct: true)))
  }

  private func map(_ levels: NestedLevels, _ maps: AttributeMaps) -> [ColumnContent] {
    let entries = levels.repeated(by: maps.offsets)
    return [text(entries, maps.keys), text(entries, maps.values)]
  }
}

/// Attributes of the elements of a column: a map each.
private struct AttributeMaps: Sendable {
  private(set) var offsets: [UInt32] = [0]
  private(set) var keys: [UInt32] = []
  private(set) var values: [UInt32] = []

  /// A map has a key once: of several values of one the last counts, as in a block.
  mutating func append(_ attributes: [KeyValue], _ strings: inout StringInterner) {
    let start = keys.count
    for attribute in attributes {
      let key = strings.intern(attribute.key)
      let value = strings.intern(attribute.value.exactText)
      if let known = keys[start...].firstIndex(of: key) {
        values[known] = value
      } else {
        keys.append(key)
        values.append(value)
      }
    }
    offsets.append(UInt32(keys.count))
  }
}
