import Columns
import Parquet
import Spans
import Storage

/// One row group on its way into a block: hands out the content of every leaf.
struct RowGroupContent: Sendable {
  private let schema: BlockSchema
  private let table: SpanTable
  private let layout: TraceLayout
  private let summary: TraceSummary
  private let strings: StringTable
  private let tree: SpanTree
  private let placed: [AttributeScope: PlacedAttributes]
  private let levels: LaneLevels

  /// `table` may learn the names of columns on the way.
  init(_ schema: BlockSchema, _ table: inout SpanTable, _ layout: TraceLayout) {
    self.schema = schema
    self.layout = layout
    var placed: [AttributeScope: PlacedAttributes] = [:]
    for scope in AttributeScope.allCases {
      let columns = schema.directColumns.enumerated().filter { $1.scope == scope }
      placed[scope] = PlacedAttributes(
        table.attributes(scope), owners: layout.owners(scope),
        columns: columns.map { ($0.offset, $0.element) },
        takesArrays: schema.version == .vParquet5, &table.strings)
    }
    self.placed = placed
    self.table = table
    strings = table.strings.table
    tree = SpanTree.build(
      spansOfTrace: layout.spansOfTrace, SpanTree.Identities(table, layout.spans))
    summary = TraceSummary(table, layout)
    levels = LaneLevels(layout, summary, placed)
  }

  /// What leaf `index` of the schema holds.
  func column(_ index: Int) -> ColumnContent {
    switch schema.contents[index] {
    case .traceID: column(levels.trace, IdentifierTexts(layout.traceIDs))
    case .traceIDText: column(levels.trace, IdentifierTexts(hexOf: layout.traceIDs))
    case .traceStart: column(levels.trace, summary.starts)
    case .traceEnd: column(levels.trace, summary.ends)
    case .traceDuration: column(levels.trace, zip(summary.ends, summary.starts).map { $0 &- $1 })
    case .rootServiceName: column(levels.trace, texts: summary.rootServices)
    case .rootSpanName: column(levels.trace, texts: summary.rootNames)
    case .statisticsService: column(levels.statistics, texts: summary.services)
    case .statisticsSpans: column(levels.statistics, summary.spanCounts)
    case .statisticsErrors: column(levels.statistics, summary.errorCounts)
    case .attribute(let scope, let part): attribute(scope, part)
    case .droppedAttributes(let scope): column(levels.lane(scope), dropped(scope))
    case .direct(let column): direct(column)
    case .spare(let scope): spare(scope)
    case .serviceName:
      column(levels.resource, texts: layout.resources.map { table.resources.serviceNames[Int($0)] })
    case .scopeName:
      column(levels.scope, texts: layout.scopes.map { table.scopes.names[Int($0)] })
    case .scopeVersion:
      column(levels.scope, texts: layout.scopes.map { table.scopes.versions[Int($0)] })
    case .spanCount:
      column(levels.scope, zip(layout.spanOffsets.dropFirst(), layout.spanOffsets).map { $0 - $1 })
    case .eventTime: column(levels.event, eventTimes())
    case .eventName: column(levels.event, texts: layout.events.map { table.events.names[Int($0)] })
    case .linkTraceID:
      column(levels.link, texts: layout.links.map { table.links.traceIDs[Int($0)] })
    case .linkSpanID: column(levels.link, texts: layout.links.map { table.links.spanIDs[Int($0)] })
    case .linkTraceState:
      column(levels.link, texts: layout.links.map { table.links.traceStates[Int($0)] })
    case let leaf: spanColumn(leaf)
    }
  }

  private func spanColumn(_ leaf: BlockLeaf) -> ColumnContent {
    switch leaf {
    case .spanID: column(levels.span, IdentifierTexts(table.spanIDs, of: layout.spans))
    case .parentSpanID: column(levels.span, IdentifierTexts(table.parentIDs, of: layout.spans))
    case .nestedSetParent: column(levels.span, tree.parent)
    case .nestedSetLeft: column(levels.span, tree.left)
    case .nestedSetRight: column(levels.span, tree.right)
    case .childCount: column(levels.span, tree.childCount)
    case .spanName: column(levels.span, texts: ofSpans(table.names))
    case .kind: column(levels.span, ofSpans(table.kinds))
    case .traceState: column(levels.span, texts: ofSpans(table.traceStates))
    case .spanStart: column(levels.span, ofSpans(table.starts))
    case .spanDuration: column(levels.span, ofSpans(table.durations))
    case .statusCode: column(levels.span, ofSpans(table.statusCodes))
    case .statusMessage: column(levels.span, texts: ofSpans(table.statusMessages))
    case .droppedEvents: column(levels.span, ofSpans(table.droppedEvents).map(\.asStored))
    case .droppedLinks: column(levels.span, ofSpans(table.droppedLinks).map(\.asStored))
    case .startRounded(let seconds):
      column(levels.span, ofSpans(table.starts).map { Self.rounded($0, seconds: seconds) })
    default: preconditionFailure("leaves of other lanes are handled by their own cases")
    }
  }
}

// MARK: Values

extension RowGroupContent {
  private func ofSpans<Value>(_ values: [Value]) -> [Value] {
    layout.spans.map { values[Int($0)] }
  }

  private func column<Number: FixedWidthInteger>(
    _ levels: NestedLevels, _ numbers: [Number]
  ) -> ColumnContent {
    ColumnContent(levels: levels, values: .int64(numbers.map { Int64(truncatingIfNeeded: $0) }))
  }

  private func column(_ levels: NestedLevels, texts: [UInt32]) -> ColumnContent {
    ColumnContent(
      levels: levels,
      values: .text(TextColumn(codes: texts, table: strings, isDistinct: true)))
  }

  private func column(_ levels: NestedLevels, _ identifiers: IdentifierTexts) -> ColumnContent {
    ColumnContent(levels: levels, values: .text(identifiers.column))
  }

  private func dropped(_ scope: AttributeScope) -> [Int32] {
    switch scope {
    case .resource:
      layout.resources.map { table.resources.droppedAttributes[Int($0)].asStored }
    case .instrumentation: layout.scopes.map { table.scopes.droppedAttributes[Int($0)].asStored }
    case .span: ofSpans(table.droppedAttributes).map(\.asStored)
    case .event: layout.events.map { table.events.droppedAttributes[Int($0)].asStored }
    case .link: layout.links.map { table.links.droppedAttributes[Int($0)].asStored }
    }
  }

  /// Nanoseconds since the start of the span, wrapped at 64 bits.
  private func eventTimes() -> [UInt64] {
    var times: [UInt64] = []
    times.reserveCapacity(layout.events.count)
    for (row, span) in layout.spans.enumerated() {
      let start = table.starts[Int(span)]
      for event in Int(layout.eventOffsets[row])..<Int(layout.eventOffsets[row + 1]) {
        times.append(table.events.times[Int(layout.events[event])] &- start)
      }
    }
    return times
  }

  /// The number of the interval, open on the left, in which a start lies (blocks.md 3.8).
  static func rounded(_ start: UInt64, seconds: UInt64) -> UInt32 {
    if start == 0 { return 0 }
    let step = seconds * 1_000_000_000
    return UInt32(clamping: (start - 1) / step)
  }
}

// MARK: Attributes

extension RowGroupContent {
  private func attribute(
    _ scope: AttributeScope, _ part: BlockLeaf.AttributePart
  ) -> ColumnContent {
    let (placed, lane) = (self.placed[scope], levels.attributes[scope])
    guard let placed, let lane else { preconditionFailure("every scope has been placed") }
    switch part {
    case .key: return column(lane, texts: placed.keys)
    case .isArray: return ColumnContent(levels: lane, values: .bool(placed.areArrays))
    case .text:
      let (offsets, values) = placed.values(.text)
      return column(
        lane.repeated(by: offsets), texts: values.map { UInt32(truncatingIfNeeded: $0) })
    case .int:
      let (offsets, values) = placed.values(.int)
      return column(lane.repeated(by: offsets), values)
    case .double:
      let (offsets, values) = placed.values(.double)
      return ColumnContent(
        levels: lane.repeated(by: offsets),
        values: .double(values.map { Double(bitPattern: $0) }))
    case .bool:
      let (offsets, values) = placed.values(.bool)
      return ColumnContent(
        levels: lane.repeated(by: offsets),
        values: .bool(values.map { UInt8(truncatingIfNeeded: $0) }))
    case .unsupported:
      let (present, texts) = placed.unsupported
      return column(lane.optional(present), texts: texts)
    }
  }

  private func direct(_ index: Int) -> ColumnContent {
    let scope = schema.directColumns[index].scope
    guard let values = placed[scope]?.direct[index] else {
      preconditionFailure("every direct column has been placed")
    }
    let lane = levels.lane(scope)
    let nested: NestedLevels
    if schema.version == .vParquet5 {
      nested = lane.repeated(by: values.offsets(rowCount: lane.valueCount))
    } else {
      var present = Bitmap(count: lane.valueCount)
      for row in values.rows { present[Int(row)] = true }
      nested = lane.optional(present)
    }
    if schema.directColumns[index].isInt { return column(nested, values.values) }
    return column(nested, texts: values.values.map { UInt32(truncatingIfNeeded: $0) })
  }

  private func spare(_ scope: AttributeScope) -> ColumnContent {
    let lane = levels.lane(scope)
    return column(lane.optional(Bitmap(count: lane.valueCount)), texts: [])
  }
}

extension UInt32 {
  /// Counters are stored as signed numbers, bit for bit.
  fileprivate var asStored: Int32 { Int32(bitPattern: self) }
}
