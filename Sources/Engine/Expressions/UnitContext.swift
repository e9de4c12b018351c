import Columns
import Storage
import TraceQL

/// What one worker knows about the unit it evaluates: derived columns and tests already made.
///
/// Narrowing replaces it by the context of the narrower unit.
final class UnitContext {
  let unit: any SpanUnit
  let layout: UnitLayout
  let limits: QueryLimits
  private var lanes: [LaneKey: AttributeLane] = [:]
  private var knownNestedSets: NestedSets?
  private var knownParents: [Int32]?
  private var knownChildCounts: [Int64]?
  /// Spans that pass `field op literal` (by the test's id), over the whole unit.
  var leafResults: [Int: Bitmap] = [:]

  struct LaneKey: Hashable {
    var scope: AttributeScope
    var name: String
  }

  init(_ unit: any SpanUnit, limits: QueryLimits = QueryLimits()) throws(StorageError) {
    self.unit = unit
    self.limits = limits
    layout = try unit.layout()
  }

  var spanCount: Int { layout.spanCount }

  func attribute(_ scope: AttributeScope, _ name: String) throws(StorageError) -> AttributeLane {
    let key = LaneKey(scope: scope, name: name)
    if let known = lanes[key] { return known }
    let lane = try AttributeLane(self, scope, name)
    lanes[key] = lane
    return lane
  }

  func elementCount(of lane: TraceLane) throws(StorageError) -> Int {
    switch lane {
    case .event, .link: try Int(unit.offsets(of: lane)?.last ?? 0)
    default: layout.count(of: lane)
    }
  }

  func nestedSets() throws(StorageError) -> NestedSets {
    if let knownNestedSets { return knownNestedSets }
    let sets = try NestedSets(unit)
    knownNestedSets = sets
    return sets
  }

  func parentSpans() throws(StorageError) -> [Int32] {
    if let knownParents { return knownParents }
    let parents = try NestedSets.parentSpans(unit)
    knownParents = parents
    return parents
  }

  func childCounts() throws(StorageError) -> [Int64] {
    if let knownChildCounts { return knownChildCounts }
    let counts = try NestedSets.childCounts(unit)
    knownChildCounts = counts
    return counts
  }

  /// All spans that count.
  func allSpans() throws(StorageError) -> Bitmap {
    try unit.liveSpans() ?? Bitmap(count: spanCount, filled: true)
  }

  /// Moves marks of a lane's elements to the spans below (or above) them.
  func spans(_ marks: Bitmap, of lane: TraceLane) throws(StorageError) -> Bitmap {
    switch lane {
    case .trace: return marks.spread(layout.spansOfTrace)
    case .resource: return marks.spread(layout.spansOfResource)
    case .scope: return marks.spread(layout.spanOffsets)
    case .span: return marks
    case .event, .link:
      guard let offsets = try unit.offsets(of: lane) else { return Bitmap(count: spanCount) }
      return marks.gathered(offsets)
    }
  }
}

/// One attribute of one scope as values per lane element: generic list and own columns together.
struct AttributeLane {
  /// Values of element `e` are `offsets[e]..<offsets[e + 1]`.
  let offsets: [UInt32]
  let values: FieldVector
  /// Elements that have the key, whatever its value.
  let hasKey: Bitmap

  /// `asListed`: all that is stored under the name, as lists of values want it.
  init(
    _ context: UnitContext, _ scope: AttributeScope, _ name: String, asListed: Bool = false
  ) throws(StorageError) {
    let count = try context.elementCount(of: scope.lane)
    var collector = ValueCollector(ownerCount: count)
    // A service.name that is no string is seen by literals of other types only (traceql.md 3.4).
    let isServiceName = scope == .resource && name == "service.name"
    if asListed || !isServiceName, let list = try AttributeList(context, scope, name) {
      let owners = list.owners
      let attributes = RangeFilter.codes(list.keys.keys.codes, in: list.named)
      collector.addKeys(attributes, owners: owners)
      // An attribute has values of one type: once all have some, the other columns are not read.
      var missing = attributes
      for type in list.typesToRead(scope) where !missing.isEmpty {
        guard let column = try list.unit.attributeValues(scope, type) else { continue }
        collector.add(column, attributes: attributes, owners: owners, missing: &missing)
      }
    }
    for column in try context.unit.directColumns(scope, name) {
      collector.add(column.withoutEmptyText(where: collector.hasKey))
    }
    try context.unit.checkpoint(taking: count * 4 + collector.byteCount)
    (offsets, values, hasKey) = collector.finished()
  }

  /// The value of each element: nil, the only one, or an array of all. A negative element is nil.
  func values(of elements: [Int32]) -> FieldVector {
    var result = FieldVector(nilCount: elements.count)
    result.tables = values.tables
    for (row, element) in elements.enumerated() where element >= 0 {
      let start = Int(offsets[Int(element)])
      let end = Int(offsets[Int(element) + 1])
      if end == start { continue }
      if end == start + 1 {
        result.tags[row] = values.tags[start]
        result.payloads[row] = values.payloads[start]
      } else {
        result.set(.array((start..<end).map { values.value(at: $0) }), at: row)
      }
    }
    return result
  }

  func hasValue(_ element: Int) -> Bool { offsets[element + 1] > offsets[element] }

  /// Elements with at least one usable value.
  var withValue: Bitmap {
    var result = Bitmap(count: hasKey.count)
    for element in 0..<hasKey.count where hasValue(element) { result[element] = true }
    return result
  }
}

/// Gathers the values of one attribute from several columns, in owner order.
private struct ValueCollector {
  private var entries: [(owner: UInt32, order: UInt32, tag: FieldVector.Tag, payload: UInt64)] = []
  private var tables: [StringTable] = []
  private(set) var hasKey: Bitmap
  private let ownerCount: Int

  init(ownerCount: Int) {
    self.ownerCount = ownerCount
    hasKey = Bitmap(count: ownerCount)
  }

  /// What the finished lane will take.
  var byteCount: Int { entries.count * MemoryLayout<UInt64>.size * 2 }

  mutating func addKeys(_ attributes: Bitmap, owners: [UInt32]) {
    hasKey.insert(attributes.indices().map { owners[Int($0)] })
  }

  /// Values of the generic list whose attribute is marked.
  mutating func add(
    _ column: OwnedColumn, attributes: Bitmap, owners: [UInt32], missing: inout Bitmap
  ) {
    let (tag, table) = kind(of: column.values)
    for (i, attribute) in column.owners.enumerated() where attributes[Int(attribute)] {
      missing[Int(attribute)] = false
      entries.append(
        (owners[Int(attribute)], attribute, tag, Self.payload(column.values, i, table)))
    }
  }

  /// Values of the attribute's own column.
  mutating func add(_ column: OwnedColumn) {
    let (tag, table) = kind(of: column.values)
    hasKey.insert(column.owners)
    entries.reserveCapacity(entries.count + column.owners.count)
    for (i, owner) in column.owners.enumerated() {
      entries.append((owner, .max, tag, Self.payload(column.values, i, table)))
    }
  }

  private mutating func kind(of values: ColumnValues) -> (FieldVector.Tag, UInt64) {
    switch values {
    case .int64: return (.int, 0)
    case .double: return (.float, 0)
    case .bool: return (.bool, 0)
    case .text(let column):
      tables.append(column.table)
      return (.string, UInt64(tables.count - 1) &<< 32)
    }
  }

  private static func payload(_ values: ColumnValues, _ row: Int, _ table: UInt64) -> UInt64 {
    switch values {
    case .int64(let values): UInt64(bitPattern: values[row])
    case .double(let values): values[row].bitPattern
    case .bool(let values): UInt64(values[row])
    case .text(let column): table | UInt64(column.codes[row])
    }
  }

  mutating func finished() -> (offsets: [UInt32], values: FieldVector, hasKey: Bitmap) {
    let isSorted = zip(entries, entries.dropFirst()).allSatisfy {
      ($0.owner, $0.order) <= ($1.owner, $1.order)
    }
    if !isSorted { entries.sort { ($0.owner, $0.order) < ($1.owner, $1.order) } }
    return (
      UnitLayout.offsets(owners: entries.map(\.owner), ownerCount: ownerCount),
      FieldVector(tags: entries.map(\.tag), payloads: entries.map(\.payload), tables: tables),
      hasKey
    )
  }
}
