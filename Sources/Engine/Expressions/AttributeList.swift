import Columns
import Storage

/// The generic list of one scope as far as it concerns one attribute.
///
/// An attribute with a column of its own stands in the list only where its value has another type:
/// then only the traces that hold the key there are read.
struct AttributeList {
  /// The unit, or only the traces of it that matter.
  let unit: any SpanUnit
  let keys: AttributeKeys
  /// Entries of the key table that spell the attribute.
  let named: Bitmap
  /// From elements of `unit`'s lane to those of the whole unit; nil where they are the same.
  private let elementMap: [UInt32]?

  /// nil: no element has the attribute in its list.
  init?(_ context: UnitContext, _ scope: AttributeScope, _ name: String) throws(StorageError) {
    guard try context.unit.mayHaveKey(scope, name) else { return nil }
    var unit = context.unit
    var map: [UInt32]?
    if try !unit.directColumns(scope, name).isEmpty,
      let traces = try unit.traces(withKey: name, scope)
    {
      if traces.isEmpty { return nil }
      if traces.populationCount * 4 < traces.count {
        unit = try unit.narrowed(to: traces)
        map = try context.elements(of: scope.lane, in: traces)
      }
    }
    guard let keys = try unit.attributeKeys(scope) else { return nil }
    let codes = keys.codes(of: name)
    if codes.isEmpty { return nil }
    var named = Bitmap(count: keys.keys.table.count)
    named.insert(codes)
    self.unit = unit
    self.keys = keys
    self.named = named
    elementMap = map
  }

  /// Types in the order in which it is cheapest to look for values.
  func typesToRead(_ scope: AttributeScope) -> [AttributeType] {
    AttributeType.allCases.filter { unit.hasRead(scope, $0) }
      + AttributeType.allCases.filter { !unit.hasRead(scope, $0) }
  }

  /// The element of the whole unit that each attribute belongs to.
  var owners: [UInt32] {
    guard let elementMap else { return keys.owners }
    return keys.owners.map { elementMap[Int($0)] }
  }

  /// Marks the elements that own a marked value of the attribute.
  func mark(_ values: Bitmap, attributeOf: [UInt32], in result: inout Bitmap) {
    for value in values.indices() {
      let attribute = Int(attributeOf[Int(value)])
      guard named[Int(keys.keys.codes[attribute])] else { continue }
      let owner = Int(keys.owners[attribute])
      result[elementMap.map { Int($0[owner]) } ?? owner] = true
    }
  }
}

extension UnitContext {
  /// The elements of a lane that belong to marked traces.
  func elements(of lane: TraceLane, in traces: Bitmap) throws(StorageError) -> [UInt32] {
    var offsets = layout.elementsOfTrace(lane)
    if lane == .event || lane == .link, let inner = try unit.offsets(of: lane) {
      offsets = UnitLayout.composed(layout.spansOfTrace, inner)
    }
    return traces.indices().flatMap { offsets[Int($0)]..<offsets[Int($0) + 1] }
  }
}
