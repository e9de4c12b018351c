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
    try context.unit.checkpoint(taking: context.spanCount * 4 + spans.count * 32)
    let vector = try context.evaluate(key.expression, RowSet(spans: spans))
    let sets = state.setIDs(of: spans, context.layout)
    // Without an earlier `by` the spans of a spanset stand together: none comes back later.
    let (groups, firstRows) = try Self.groups(
      vector.tags, vector.groupingPayloads(context.unit), sets, areTogether: state.grouping == nil,
      context.unit)
    var setOf = [UInt32](repeating: 0, count: context.spanCount)
    for row in 0..<spans.count { setOf[Int(spans[row])] = groups[row] }
    let oldSets = firstRows.map { Int32(bitPattern: sets[Int($0)]) }
    var attributes = state.attributes.map { attribute in
      SpansetState.SetAttribute(key: attribute.key, values: attribute.values.gathered(oldSets))
    }
    attributes.append(
      SpansetState.SetAttribute(key: key.key, values: vector.gathered(firstRows)))
    let traceOf = oldSets.map { state.grouping?.traceOf[Int($0)] ?? UInt32(bitPattern: $0) }
    return SpansetState(
      selected: state.selected,
      grouping: SpansetState.Grouping(setOf: setOf, traceOf: traceOf), attributes: attributes)
  }

  /// Numbers the groups of each spanset in the order of their first rows, which come back too.
  private static func groups(
    _ tags: [FieldVector.Tag], _ payloads: [UInt64], _ sets: [UInt32], areTogether: Bool,
    _ unit: any SpanUnit
  ) throws(StorageError) -> (groupOf: [UInt32], firstRows: [Int32]) {
    precondition(tags.count == sets.count, "every row is in a spanset")
    var groupOf = [UInt32](repeating: 0, count: sets.count)
    var firstRows: [Int32] = []
    // The groups of the spanset at hand; most spansets have few, which are searched, not hashed.
    var recent: [(tag: FieldVector.Tag, payload: UInt64, group: UInt32)] = []
    var known: [Identity: UInt32] = [:]
    for row in 0..<sets.count {
      if row % FieldVector.rowsBetweenChecks == 0 { try unit.checkpoint(taking: 0) }
      let (set, tag) = (sets[row], tags[row])
      let payload = tag == .nil ? 0 : payloads[row]
      if row > 0, set != sets[row - 1] {
        recent.removeAll(keepingCapacity: true)
        if areTogether { known.removeAll(keepingCapacity: true) }
      }
      // The search begins with the last group met: neighbours are often alike.
      if let hit = recent.last(where: { $0.payload == payload && $0.tag == tag }) {
        groupOf[row] = hit.group
        continue
      }
      let isHashed = !areTogether || recent.count >= searchedGroupsMax
      let identity = Identity(set: set, tag: tag.rawValue, payload: payload)
      let group = (isHashed ? known[identity] : nil) ?? UInt32(firstRows.count)
      if Int(group) == firstRows.count { firstRows.append(Int32(row)) }
      groupOf[row] = group
      if isHashed { known[identity] = group }
      if recent.count < searchedGroupsMax { recent.append((tag, payload, group)) }
    }
    return (groupOf, firstRows)
  }
}
