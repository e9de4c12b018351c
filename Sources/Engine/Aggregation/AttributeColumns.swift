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
    if let list = try AttributeList(context, scope, name) { try add(list, scope) }
    for column in try context.unit.directColumns(scope, name) {
      let column = column.withoutEmptyText(where: hasKey)
      hasKey.insert(column.owners)
      parts.append((column.values, column.owners))
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
      var chosen: [UInt32] = []
      var elements: [UInt32] = []
      for (i, attribute) in column.owners.enumerated() where attributes[Int(attribute)] {
        missing[Int(attribute)] = false
        chosen.append(UInt32(truncatingIfNeeded: i))
        elements.append(owners[Int(attribute)])
      }
      if !chosen.isEmpty { parts.append((column.values.gathered(chosen), elements)) }
    }
  }
}

extension OwnedColumn {
  /// Blocks fill a column of strings with "" where the attribute has a value of another type: that
  /// stands in the list, and "" is none.
  func withoutEmptyText(where listed: Bitmap) -> OwnedColumn {
    guard !listed.isEmpty, case .text(let text) = values else { return self }
    let kept = owners.indices.filter { i in
      !listed[Int(owners[i])] || !text.table.range(of: Int(text.codes[i])).isEmpty
    }
    if kept.count == owners.count { return self }
    return OwnedColumn(
      owners: kept.map { owners[$0] }, values: values.gathered(kept.map { UInt32($0) }),
      ownerCount: ownerCount)
  }
}

extension ColumnValues {
  fileprivate func gathered(_ rows: [UInt32]) -> ColumnValues {
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
