import Columns
import Storage
import TraceQL

/// `by(…)`: splits every spanset into groups of equal keys; nil is a key like any other.
struct GroupOperator {
  let keys: [GroupKey]

  /// Groups of one spanset that are looked through one by one.
  private static let searchedGroupsMax = 32

  private struct Identity: Hashable {
    var set: UInt32
    var tag: UInt8
    var payload: UInt64
  }

  func apply(_ state: SpansetState, _ context: UnitContext) throws(StorageError) -> SpansetState {
    var state = state
    for key in keys { state = try split(state, key, context) }
    return state
  }

  private func split(
    _ state: SpansetState, _ key: GroupKey, _ context: UnitContext
  ) throws(StorageError) -> SpansetState {
    let spans = state.selected.indices()
    // A number a span, and at most a group a span with its value.
    try context.unit.checkpoint(taking: context.spanCount * 4 + spans.count * 64)
    let vector = try context.evaluate(key.expression, RowSet(spans: spans))
    let payloads = vector.groupingPayloads()
    let sets = state.setIDs(of: spans, context.layout)
    var setOf = [UInt32](repeating: 0, count: context.spanCount)
    var firstRow: [Int] = []
    var oldSet: [UInt32] = []
    // The groups of the spanset at hand; most spansets have few, which are searched, not hashed.
    var recent: [(tag: UInt8, payload: UInt64, set: UInt32)] = []
    var recentSet: UInt32?
    var known: [Identity: UInt32] = [:]
    // Without an earlier `by` the spans of a spanset stand together: none comes back later.
    let isContiguous = state.grouping == nil
    for row in 0..<spans.count {
      if row % 65_536 == 0 { try context.unit.checkpoint(taking: 0) }
      let tag = vector.tags[row].rawValue
      let payload = vector.tags[row] == .nil ? 0 : payloads[row]
      if recentSet != sets[row] {
        recent.removeAll(keepingCapacity: true)
        if isContiguous { known.removeAll(keepingCapacity: true) }
        recentSet = sets[row]
      }
      if let hit = recent.first(where: { $0.payload == payload && $0.tag == tag }) {
        setOf[Int(spans[row])] = hit.set
        continue
      }
      let isHashed = !isContiguous || recent.count >= Self.searchedGroupsMax
      let identity = Identity(set: sets[row], tag: tag, payload: payload)
      if isHashed, let set = known[identity] {
        setOf[Int(spans[row])] = set
        continue
      }
      let set = UInt32(firstRow.count)
      firstRow.append(row)
      oldSet.append(sets[row])
      setOf[Int(spans[row])] = set
      if isHashed { known[identity] = set }
      if recent.count < Self.searchedGroupsMax { recent.append((tag, payload, set)) }
    }
    let traceOf = oldSet.map { state.grouping?.traceOf[Int($0)] ?? $0 }
    var attributes = state.attributes.map { attribute in
      SpansetState.SetAttribute(
        key: attribute.key, values: oldSet.map { attribute.values[Int($0)] })
    }
    attributes.append(
      SpansetState.SetAttribute(key: key.key, values: firstRow.map { vector.value(at: $0) }))
    return SpansetState(
      selected: state.selected,
      grouping: SpansetState.Grouping(setOf: setOf, traceOf: traceOf), attributes: attributes)
  }
}
