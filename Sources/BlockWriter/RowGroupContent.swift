import Columns
import Parquet
import Spans
import Storage

/// One row group on its way into a block: hands out the content of every leaf.
struct RowGroupContent: Sendable {
  let schema: BlockSchema
  let table: SpanTable
  let layout: TraceLayout
  private let strings: StringTable
  // Made when the first leaf needs them: of a block in memory few leaves are ever read, and of one
  // that is written several threads make them side by side.
  private let summary: Deferred<TraceSummary>
  private let tree: Deferred<SpanTree>
  private let placed: [AttributeScope: Deferred<PlacedAttributes>]
  private let levels: LaneLevels

  /// `table` may learn the names of columns on the way.
  init(_ schema: BlockSchema, _ table: inout SpanTable, _ layout: TraceLayout) {
    self.schema = schema
    self.layout = layout
    let columns = schema.directColumns.enumerated().map { index, column in
      PlacedAttributes.Slot(index, column, schema.version, &table.strings)
    }
    let known = table
    self.table = known
    strings = known.strings.table
    let placed = AttributeScope.allCases.reduce(into: [:]) { result, scope in
      result[scope] = Deferred {
        PlacedAttributes(
          known.attributes(scope), owners: layout.owners(scope),
          slots: columns.filter { $0.scope == scope }, textCount: known.strings.count)
      }
    }
    self.placed = placed
    tree = Deferred {
      SpanTree.build(
        spansOfTrace: layout.spansOfTrace, SpanTree.Identities(known, layout.spans))
    }
    let summary = Deferred { TraceSummary(known, layout) }
    self.summary = summary
    levels = LaneLevels(layout, summary, placed)
  }

  /// What leaf `index` of the schema holds.
  func column(_ index: Int) -> ColumnContent {
    switch schema.contents[index] {
    case .traceID: column(levels.trace, IdentifierTexts(layout.traceIDs))
    case .traceIDText: column(levels.trace, IdentifierTexts(hexOf: layout.traceIDs))
    case .traceStart: column(levels.trace, summary.value.starts)
    case .traceEnd: column(levels.trace, summary.value.ends)
    case .traceDuration:
      column(levels.trace, zip(summary.value.ends, summary.value.starts).map { $0 &- $1 })
    case .rootServiceName: column(levels.trace, texts: summary.value.rootServices)
    case .rootSpanName: column(levels.trace, texts: summary.value.rootNames)
    case .statisticsService: column(levels.statistics, texts: summary.value.services)
    case .statisticsSpans: column(levels.statistics, summary.value.spanCounts)
    case .statisticsErrors: column(levels.statistics, summary.value.errorCounts)
    case .attribute(let scope, let part): attribute(scope, part)
    case .droppedAttributes(let scope): column(levels.lane(scope), dropped(scope))
    case .direct(let column): direct(column)
    case .spare(let scope): spare(scope)
    case .serviceName:
      column(
        levels.lane(.resource),
        texts: layout.resources.map { table.resources.serviceNames[Int($0)] })
    case .scopeName:
      column(
        levels.lane(.instrumentation), texts: layout.scopes.map { table.scopes.names[Int($0)] })
    case .scopeVersion:
      column(
        levels.lane(.instrumentation), texts: layout.scopes.map { table.scopes.versions[Int($0)] })
    case .spanCount:
      column(
        levels.lane(.instrumentation),
        zip(layout.spanOffsets.dropFirst(), layout.spanOffsets).map { $0 - $1 })
    case .eventTime: column(levels.lane(.event), eventTimes())
    case .eventName:
      column(levels.lane(.event), texts: layout.events.map { table.events.names[Int($0)] })
    case .linkTraceID:
      column(levels.lane(.link), texts: layout.links.map { table.links.traceIDs[Int($0)] })
    case .linkSpanID:
      column(levels.lane(.link), texts: layout.links.map { table.links.spanIDs[Int($0)] })
    case .linkTraceState:
      column(levels.lane(.link), texts: layout.links.map { table.links.traceStates[Int($0)] })
    case let leaf: spanColumn(leaf)
    }
  }

  private func spanColumn(_ leaf: BlockLeaf) -> ColumnContent {
    switch leaf {
    case .spanID: column(levels.lane(.span), IdentifierTexts(table.spanIDs, of: layout.spans))
    case .parentSpanID:
      column(levels.lane(.span), IdentifierTexts(table.parentIDs, of: layout.spans))
    case .nestedSetParent: column(levels.lane(.span), tree.value.parent)
    case .nestedSetLeft: column(levels.lane(.span), tree.value.left)
    case .nestedSetRight: column(levels.lane(.span), tree.value.right)
    case .childCount: column(levels.lane(.span), tree.value.childCount)
    case .spanName: column(levels.lane(.span), texts: ofSpans(table.names))
    case .kind: column(levels.lane(.span), ofSpans(table.kinds))
    case .traceState: column(levels.lane(.span), texts: ofSpans(table.traceStates))
    case .spanStart: column(levels.lane(.span), ofSpans(table.starts))
    case .spanDuration: column(levels.lane(.span), ofSpans(table.durations))
    case .statusCode: column(levels.lane(.span), ofSpans(table.statusCodes))
    case .statusMessage: column(levels.lane(.span), texts: ofSpans(table.statusMessages))
    case .droppedEvents: column(levels.lane(.span), ofSpans(table.droppedEvents).map(\.asStored))
    case .droppedLinks: column(levels.lane(.span), ofSpans(table.droppedLinks).map(\.asStored))
    case .startRounded(let seconds):
      column(levels.lane(.span), ofSpans(table.starts).map { Self.rounded($0, seconds: seconds) })
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
  private func attributes(_ scope: AttributeScope) -> PlacedAttributes {
    guard let placed = placed[scope] else { preconditionFailure("every scope is placed") }
    return placed.value
  }

  private func attribute(
    _ scope: AttributeScope, _ part: BlockLeaf.AttributePart
  ) -> ColumnContent {
    let (placed, lane) = (attributes(scope), levels.attributes(scope))
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
    guard let values = attributes(scope).direct[index] else {
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
