import Columns
import Storage
import TraceQL

/// Turns matching spansets into results: columns are read only now, for the listed traces alone.
struct MatchBuilder {
  let plan: SearchPlan
  /// 0: all.
  let spansPerSpanSet: Int

  /// An object or two for each: some milliseconds.
  private static let rowsBetweenChecks = 4_096
  private static let tracesBetweenChecks = 512

  private struct ListedSet {
    var trace: Int
    var set: Int
    var matched: Int
    var spans: Range<Int>
    /// The first in the order of the unit.
    var firstSpan: UInt32
  }

  /// Results for the marked traces of `matches`.
  func build(_ matches: UnitSearch.Matches, traces: Bitmap) throws(StorageError) -> [TraceMatch] {
    let context = try UnitContext(
      matches.context.unit.narrowed(to: traces), limits: matches.context.limits)
    var listings: [(set: ListedSet, match: SpanSetMatch)] = []
    for layer in matches.layers {
      try context.unit.checkpoint(taking: 0)
      let state = Self.narrowed(layer, matches.context.layout, traces)
      let (sets, spans) = try listed(context, state)
      try context.unit.checkpoint(taking: spans.count * 256 + sets.count * 320)
      let spanMatches = try describe(spans, context)
      for (number, set) in sets.enumerated() {
        if number % Self.rowsBetweenChecks == 0 { try context.unit.checkpoint(taking: 0) }
        let match = SpanSetMatch(
          spans: Array(spanMatches[set.spans]), matched: set.matched,
          attributes: state.attributes.map {
            NamedValue(key: $0.key, value: $0.values.value(at: set.set))
          })
        listings.append((set, match))
      }
    }
    // Stable: of spansets with the same first span that of the earlier layer comes first.
    if matches.layers.count > 1 { listings.sort { $0.set.firstSpan < $1.set.firstSpan } }
    var result = try traceMatches(context)
    for (set, match) in listings { result[set.trace].spanSets.append(match) }
    return result
  }

  /// The state with only the marked traces. Spansets keep their numbers.
  private static func narrowed(
    _ state: SpansetState, _ layout: UnitLayout, _ traces: Bitmap
  ) -> SpansetState {
    let offsets = layout.spansOfTrace
    var state = state
    let kept = traces.indices()
    state.selected = state.selected.narrowed(to: traces, offsets: offsets)
    if let grouping = state.grouping {
      var traceNumbers = [UInt32](repeating: .max, count: layout.traceCount)
      for (new, old) in kept.enumerated() { traceNumbers[Int(old)] = UInt32(new) }
      state.grouping = SpansetState.Grouping(
        setOf: kept.flatMap { grouping.setOf[layout.spans(of: Int($0))] },
        traceOf: grouping.traceOf.map { traceNumbers[Int($0)] })
    } else {
      // One spanset a trace: attributes are renumbered with the traces.
      state.attributes = state.attributes.map { attribute in
        SpansetState.SetAttribute(
          key: attribute.key, values: attribute.values.gathered(kept.map { Int32($0) }))
      }
    }
    return state
  }

  /// Which spans are listed: of every spanset the first ones by start, then by ID.
  private func listed(
    _ context: UnitContext, _ state: SpansetState
  ) throws(StorageError) -> (sets: [ListedSet], spans: [UInt32]) {
    guard case .int64(let starts)? = try context.unit.column(.spanStart),
      case .text(let ids)? = try context.unit.column(.spanID)
    else { return ([], []) }
    var sets: [ListedSet] = []
    var spans: [UInt32] = []
    for trace in 0..<context.layout.traceCount {
      if trace % Self.tracesBetweenChecks == 0 { try context.unit.checkpoint(taking: 0) }
      let selected = state.selected.indices(in: context.layout.spans(of: trace))
      for (set, found) in Self.bySet(selected, trace, state) {
        var members = found.map { (UInt64(bitPattern: starts[Int($0)]), $0) }
        members.sort { a, b in
          a.0 != b.0
            ? a.0 < b.0
            : ids.bytes(at: Int(a.1)).lexicographicallyPrecedes(ids.bytes(at: Int(b.1)))
        }
        let shown = spansPerSpanSet == 0 ? members.count : min(spansPerSpanSet, members.count)
        sets.append(
          ListedSet(
            trace: trace, set: set, matched: members.count,
            spans: spans.count..<spans.count + shown, firstSpan: found[0]))
        spans += members.prefix(shown).map(\.1)
      }
    }
    return (sets, spans)
  }

  /// The spans of one trace by spanset, in the order of their first spans.
  private static func bySet(
    _ spans: [UInt32], _ trace: Int, _ state: SpansetState
  ) -> [(set: Int, spans: [UInt32])] {
    guard let grouping = state.grouping else { return spans.isEmpty ? [] : [(trace, spans)] }
    var order: [Int] = []
    var members: [Int: [UInt32]] = [:]
    for span in spans {
      let set = Int(grouping.setOf[Int(span)])
      if members[set] == nil { order.append(set) }
      members[set, default: []].append(span)
    }
    return order.map { ($0, members[$0] ?? []) }
  }

  private func describe(
    _ spans: [UInt32], _ context: UnitContext
  ) throws(StorageError) -> [SpanMatch] {
    guard !spans.isEmpty, case .int64(let starts)? = try context.unit.column(.spanStart),
      case .int64(let durations)? = try context.unit.column(.spanDuration),
      case .text(let ids)? = try context.unit.column(.spanID)
    else { return [] }
    let rows = RowSet(spans: spans)
    let names = plan.namesSpans ? try context.values(.intrinsic(.name), rows) : nil
    var result: [SpanMatch] = []
    result.reserveCapacity(spans.count)
    for (row, span) in spans.enumerated() {
      if row % Self.rowsBetweenChecks == 0 { try context.unit.checkpoint(taking: 0) }
      var name: String?
      if case .string(let text)? = names?.value(at: row) { name = text }
      result.append(
        SpanMatch(
          spanID: ids.bytes(at: Int(span)), name: name,
          startNanoseconds: UInt64(bitPattern: starts[Int(span)]),
          durationNanoseconds: durations[Int(span)], attributes: []))
    }
    let witnesses = try Witnesses(plan, context, spans)
    for field in try resolvedFields(context) {
      try context.unit.checkpoint(taking: 0)
      let values = try witnesses.values(field.field, context, rows)
      for row in result.indices where values.tags[row] != .nil {
        if let present = field.unless,
          try context.attribute(.span, present).hasKey[
            Int(spans[row])] == field.unlessHasKey
        {
          continue
        }
        result[row].attributes.append(
          NamedValue(key: field.field.resultKey, value: values.value(at: row)))
      }
    }
    return result
  }

  /// A field to list, unless the span's own attribute of some name is (or is not) what it resolves
  /// to.
  private struct ListedField {
    var field: Field
    var unless: String?
    var unlessHasKey = false
  }

  /// One entry for each attribute that references resolve to: `.foo` beside `span.foo` lists the
  /// span's `foo` once (traceql.md 8.5).
  private func resolvedFields(_ context: UnitContext) throws(StorageError) -> [ListedField] {
    let explicit = Set(plan.echoedFields)
    return plan.echoedFields.map { field in
      guard case .attribute(let attribute) = field, attribute.scope == .unscoped else {
        return ListedField(field: field)
      }
      let onSpan = explicit.contains(.attribute(Attribute(.span, attribute.name)))
      let onResource = explicit.contains(.attribute(Attribute(.resource, attribute.name)))
      if onSpan && onResource {
        // Both are listed already: nothing is left for the unscoped reference.
        return ListedField(field: .intrinsic(.parent), unless: attribute.name, unlessHasKey: true)
      }
      if onSpan { return ListedField(field: field, unless: attribute.name, unlessHasKey: true) }
      if onResource {
        return ListedField(field: field, unless: attribute.name, unlessHasKey: false)
      }
      return ListedField(field: field)
    }.filter { $0.field != .intrinsic(.parent) }
  }

  private func traceMatches(_ context: UnitContext) throws(StorageError) -> [TraceMatch] {
    let unit = context.unit
    guard case .text(let ids)? = try unit.column(.traceID),
      case .int64(let starts)? = try unit.column(.traceStart),
      case .int64(let durations)? = try unit.column(.traceDuration),
      case .text(let services)? = try unit.column(.rootServiceName),
      case .text(let names)? = try unit.column(.rootSpanName)
    else { throw StorageError.damaged(file: "block", "lacks columns that every block has") }
    var statistics = try unit.serviceStatistics()
    // Blocks that predate the statistics, or left them out.
    if statistics?.services.codes.isEmpty ?? true { statistics = try ServiceCounts(counting: unit) }
    let counts = statistics
    return (0..<unit.traceCount).map { trace in
      TraceMatch(
        traceID: ids.bytes(at: trace), rootServiceName: services.string(at: trace),
        rootTraceName: names.string(at: trace),
        startNanoseconds: UInt64(bitPattern: starts[trace]),
        durationNanoseconds: durations[trace], spanSets: [],
        serviceStatistics: counts.map { $0.statistics(of: trace) })
    }
  }
}

extension ServiceCounts {
  fileprivate func statistics(of trace: Int) -> [ServiceStatistics] {
    (Int(offsets[trace])..<Int(offsets[trace + 1])).map {
      ServiceStatistics(
        service: services.string(at: $0), spanCount: Int(spanCounts[$0]),
        errorCount: Int(errorCounts[$0]))
    }.sorted { $0.service.utf8.lexicographicallyPrecedes($1.service.utf8) }
  }
}
