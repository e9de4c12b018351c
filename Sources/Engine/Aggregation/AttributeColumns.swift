import Columns
import Storage
import TraceQL

/// Where the values of one attribute stand in a unit: its own columns and its entries of the list.
struct AttributeColumns {
  /// Values with the lane element each belongs to.
  private(set) var parts: [(values: ColumnValues, elements: [UInt32])] = []
  /// Elements that have the key, whatever its value.
  private(set) var hasKey: Bitmap

  init(_ context: UnitContext, _ scope: AttributeScope, _ name: String) throws(StorageError) {
    hasKey = Bitmap(count: try context.elementCount(of: scope.lane))
    // A service.name that is no string is seen by literals of other types only (traceql.md 3.4).
    let isServiceName = scope == .resource && name == "service.name"
    if !isServiceName, let list = try AttributeList(context, scope, name) { try add(list, scope) }
    for column in try context.unit.directColumns(scope, name) {
      let column = column.withoutEmptyText(where: hasKey)
      if column.owners.countsUp(to: hasKey.count) {
        hasKey.insert(range: 0..<hasKey.count)
      } else {
        hasKey.insert(column.owners)
      }
      parts.append((column.values, column.owners))
    }
  }

  /// The same from what is read already of a few elements.
  init(
    _ list: MarkedAttributes?, _ columns: [OwnedColumn], _ scope: AttributeScope, _ name: String,
    elementCount: Int
  ) {
    hasKey = Bitmap(count: elementCount)
    let isServiceName = scope == .resource && name == "service.name"
    if !isServiceName, let list {
      var named = Bitmap(count: list.keys.keys.table.count)
      named.insert(list.keys.codes(of: name))
      add(list.keys.owners, RangeFilter.codes(list.keys.keys.codes, in: named), list.values)
    }
    for column in columns {
      let column = column.withoutEmptyText(where: hasKey)
      hasKey.insert(column.owners)
      parts.append((column.values, column.owners))
    }
  }

  /// `attributes`: those of the list that have the name.
  private mutating func add(
    _ owners: [UInt32], _ attributes: Bitmap, _ columns: [OwnedColumn]
  ) {
    if attributes.isEmpty { return }
    hasKey.insert(attributes.indices().map { owners[Int($0)] })
    for column in columns {
      let chosen = CellKernels.places(of: column.owners, in: attributes)
      if chosen.isEmpty { continue }
      let elements = chosen.map { owners[Int(column.owners[Int($0)])] }
      parts.append((column.values.gathered(chosen), elements))
    }
  }

  private mutating func add(_ list: AttributeList, _ scope: AttributeScope) throws(StorageError) {
    let attributes = RangeFilter.codes(list.keys.keys.codes, in: list.named)
    let owners = list.owners
    hasKey.insert(attributes.indices().map { owners[Int($0)] })
    // An attribute has values of one type: once all have some, the other columns are not read.
    var missing = attributes
    for type in list.typesToRead(scope) where !missing.isEmpty {
      guard let column = try list.unit.attributeValues(scope, type) else { continue }
      let chosen = CellKernels.places(of: column.owners, in: attributes)
      if chosen.isEmpty { continue }
      let found = chosen.map { column.owners[Int($0)] }
      for attribute in found { missing[Int(attribute)] = false }
      parts.append((column.values.gathered(chosen), found.map { owners[Int($0)] }))
    }
  }
}

extension OwnedColumn {
  /// Blocks fill a column of strings with "" where the attribute has a value of another type: that
  /// stands in the list, and "" is none.
  func withoutEmptyText(where listed: Bitmap) -> OwnedColumn {
    guard !listed.isEmpty, case .text(var text) = values else { return self }
    var owners = owners
    // Few elements are listed: each is looked up.
    for element in listed.indices().reversed() {
      guard let i = owners.position(of: element), text.table.range(of: Int(text.codes[i])).isEmpty
      else { continue }
      owners.remove(at: i)
      text.codes.remove(at: i)
    }
    return OwnedColumn(owners: owners, values: .text(text), ownerCount: ownerCount)
  }
}

extension [UInt32] {
  /// Whether these are all numbers below `count`, one after the other.
  func countsUp(to count: Int) -> Bool {
    guard self.count == count else { return false }
    return withUnsafeBufferPointer { numbers in
      var others: UInt32 = 0
      for i in 0..<numbers.count { others |= numbers[i] ^ UInt32(truncatingIfNeeded: i) }
      return others == 0
    }
  }

  /// Where a number stands in an ascending list.
  fileprivate func position(of wanted: UInt32) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < wanted { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low] == wanted ? low : nil
  }
}

extension ColumnValues {
  /// Chosen values.
  func gathered(_ rows: [UInt32]) -> ColumnValues {
    switch self {
    case .int64(let values): .int64(rows.map { values[Int($0)] })
    case .double(let values): .double(rows.map { values[Int($0)] })
    case .bool(let values): .bool(rows.map { values[Int($0)] })
    case .text(let text):
      .text(
        TextColumn(
          codes: rows.map { text.codes[Int($0)] }, table: text.table, isDistinct: text.isDistinct))
    }
  }
}
