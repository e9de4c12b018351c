import Columns

/// What belongs to a whole trace, computed from its fragments (blocks.md 3.8, 7.2).
extension MergedUnit {
  func wholeTraceColumn(_ column: TraceColumn) throws(StorageError) -> ColumnValues? {
    switch column {
    case .traceID:
      let parts = try fragmentColumn(column)?.textColumn
      return parts.map { text in
        .text(
          TextColumn(
            codes: (0..<traceCount).map { text.codes[pieceOffsets[$0]] }, table: text.table,
            isDistinct: text.isDistinct))
      }
    case .traceStart: return .int64(try times().starts)
    case .traceEnd: return .int64(try times().ends)
    case .traceDuration:
      let times = try times()
      return .int64(zip(times.starts, times.ends).map { $1 &- $0 })
    default: return try rootColumn(column)
    }
  }

  /// One value a fragment, in the order of `pieces`.
  private func fragmentColumn(_ column: TraceColumn) throws(StorageError) -> ColumnValues? {
    let columns = try all { unit throws(StorageError) in try unit.column(column) }
    guard let sample = columns.compactMap({ $0 }).first else { return nil }
    let filled = zip(columns, sources).map { $0 ?? sample.defaults(count: $1.traceCount) }
    let slices = pieces.map { ($0.source, $0.trace..<$0.trace + 1) }
    return try assembled(slices, filled)
  }

  /// Start: the lowest that is not 0. End: the highest.
  private func times() throws(StorageError) -> (starts: [Int64], ends: [Int64]) {
    guard let start = try fragmentColumn(.traceStart)?.int64Values,
      let end = try fragmentColumn(.traceEnd)?.int64Values
    else {
      let zeros = [Int64](repeating: 0, count: traceCount)
      return (zeros, zeros)
    }
    var starts: [Int64] = []
    var ends: [Int64] = []
    for trace in 0..<traceCount {
      let fragments = pieceOffsets[trace]..<pieceOffsets[trace + 1]
      let known = start[fragments].map { UInt64(bitPattern: $0) }.filter { $0 != 0 }
      starts.append(Int64(bitPattern: known.min() ?? 0))
      ends.append(Int64(bitPattern: end[fragments].map { UInt64(bitPattern: $0) }.max() ?? 0))
    }
    return (starts, ends)
  }

  /// The root every fragment agrees on; where they do not, the last of the roots by start, span ID
  /// and kind, whatever the order of the blocks: the one after which a block that held the whole
  /// trace would be named (blocks.md 3.8, `TraceSummary` of the block writer).
  private func rootColumn(_ column: TraceColumn) throws(StorageError) -> ColumnValues? {
    guard let text = try fragmentColumn(column)?.textColumn else { return nil }
    var disputed: [Int] = []
    var names: [String] = []
    for trace in 0..<traceCount {
      let known = (pieceOffsets[trace]..<pieceOffsets[trace + 1]).map { text.string(at: $0) }
        .filter { !$0.isEmpty }
      if Set(known).count > 1 { disputed.append(trace) }
      names.append(known.first ?? "")
    }
    for trace in disputed {
      // None, where other copies of the roots have parents.
      let root = try lastRoot(of: trace)
      names[trace] = (column == .rootSpanName ? root?.name : root?.service) ?? ""
    }
    return .text(
      TextColumn(
        codes: (0..<UInt32(traceCount)).map { $0 }, table: StringTable(names), isDistinct: false))
  }

  private func lastRoot(
    of trace: Int
  ) throws(StorageError) -> (name: String, service: String)? {
    guard let ids = try column(.spanID)?.textColumn,
      let parents = try column(.parentSpanID)?.textColumn,
      let starts = try column(.spanStart)?.int64Values,
      let kinds = try column(.kind)?.int64Values,
      let spanNames = try column(.spanName)?.textColumn,
      let services = try column(.serviceName)?.textColumn
    else { return nil }
    let layout = try layout()
    let live = try liveSpans()
    let linked = try spansLinkedAsChildren()
    let roots = layout.spans(of: trace).filter {
      (live?[$0] ?? true) && parents.table.range(of: Int(parents.codes[$0])).isEmpty && !linked[$0]
    }
    // The last of equals in stored order: `max` keeps the first it meets.
    let last = roots.reversed().max { a, b in
      let x = UInt64(bitPattern: starts[a])
      let y = UInt64(bitPattern: starts[b])
      if x != y { return x < y }
      let (first, second) = (ids.bytes(at: a), ids.bytes(at: b))
      return first == second ? kinds[a] < kinds[b] : first.lexicographicallyPrecedes(second)
    }
    return last.map {
      (spanNames.string(at: $0), services.string(at: Int(layout.resourceOf[$0])))
    }
  }

  /// Spans that a link into their own trace calls children: they are no roots (blocks.md 3.8).
  private func spansLinkedAsChildren() throws(StorageError) -> Bitmap {
    let layout = try layout()
    var spans = Bitmap(count: layout.spanCount)
    guard let offsets = try offsets(of: .link), let keys = try attributeKeys(.link),
      let kinds = try attributeValues(.link, .text),
      let targets = try column(.linkTraceID)?.textColumn,
      let traces = try column(.traceID)?.textColumn
    else { return spans }
    let codes = Set(keys.codes(of: "opentracing.ref_type"))
    var links = Bitmap(count: keys.ownerCount)
    for (row, attribute) in kinds.owners.enumerated()
    where codes.contains(keys.keys.codes[Int(attribute)])
      && kinds.values.textColumn.string(at: row) == "child_of"
    {
      links[Int(keys.owners[Int(attribute)])] = true
    }
    if links.isEmpty { return spans }
    let traceOf = layout.traceOf
    for span in 0..<layout.spanCount {
      let own = traces.bytes(at: Int(traceOf[span]))
      for link in Int(offsets[span])..<Int(offsets[span + 1])
      where links[link] && targets.bytes(at: link) == own {
        spans[span] = true
      }
    }
    return spans
  }

  /// Counted over the spans that count: fragments' own statistics would count copies.
  package func serviceStatistics() throws(StorageError) -> ServiceCounts? {
    try ServiceCounts(counting: self)
  }
}

extension ServiceCounts {
  /// Counts the live spans of a unit, services in byte order.
  package init?(counting unit: any SpanUnit) throws(StorageError) {
    guard let services = try unit.column(.serviceName)?.textColumn,
      let statuses = try unit.column(.statusCode)?.int64Values
    else { return nil }
    let layout = try unit.layout()
    let live = try unit.liveSpans()
    let error: Int64 = 2
    offsets = [0]
    spanCounts = []
    errorCounts = []
    var names: [String] = []
    for trace in 0..<layout.traceCount {
      var counts: [String: (spans: Int64, errors: Int64)] = [:]
      for span in layout.spans(of: trace) where live?[span] ?? true {
        let name = services.string(at: Int(layout.resourceOf[span]))
        counts[name, default: (0, 0)].spans += 1
        if statuses[span] == error { counts[name, default: (0, 0)].errors += 1 }
      }
      for (name, count) in counts.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
      {
        names.append(name)
        spanCounts.append(count.spans)
        errorCounts.append(count.errors)
      }
      offsets.append(UInt32(names.count))
    }
    self.services = TextColumn(
      codes: (0..<UInt32(names.count)).map { $0 }, table: StringTable(names), isDistinct: false)
  }
}
