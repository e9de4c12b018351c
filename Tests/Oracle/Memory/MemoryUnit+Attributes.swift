package import Columns
package import Storage

extension MemoryUnit {
  /// One attribute of one element of a scope's lane.
  struct Entry {
    var owner: UInt32
    var attribute: StoredAttribute
  }

  /// The attribute lists of a scope, one for each element of its lane.
  func lists(_ scope: AttributeScope) -> [[StoredAttribute]] {
    switch scope {
    case .resource: batches.map(\.resource)
    case .instrumentation: batches.map(\.scope.attributes)
    case .span: spans.map(\.attributes)
    case .event: events.map(\.attributes)
    case .link: links.map(\.attributes)
    }
  }

  /// Attributes that stand in the list, those with a column of their own left out.
  func listed(_ scope: AttributeScope) -> [Entry] {
    if let known = knownEntries[scope] { return known }
    let entries = lists(scope).enumerated().flatMap { owner, attributes in
      attributes.filter { !hasOwnColumn($0, scope) }
        .map { Entry(owner: UInt32(owner), attribute: $0) }
    }
    knownEntries[scope] = entries
    return entries
  }

  /// A column holds one type: a value of another, or an array, stays in the list.
  private func hasOwnColumn(_ attribute: StoredAttribute, _ scope: AttributeScope) -> Bool {
    guard attribute.elements.count == 1 else { return false }
    if scope == .resource && attribute.key == "service.name" {
      return attribute.elements[0].text != nil
    }
    guard let isText = columnTypes[scope]?[attribute.key] else { return false }
    return isText ? attribute.elements[0].text != nil : attribute.elements[0].int != nil
  }

  /// Which keys have columns of their own, and whether those hold strings: decided by the first
  /// single string or integer in the data. A key that stands twice in one list has none.
  func typesOfColumns(_ scope: AttributeScope) -> [String: Bool] {
    var types: [String: Bool] = [:]
    var repeated: Set<String> = []
    for list in lists(scope) {
      var seen: Set<String> = []
      for attribute in list {
        if !seen.insert(attribute.key).inserted { repeated.insert(attribute.key) }
        guard attribute.elements.count == 1, types[attribute.key] == nil else { continue }
        if attribute.elements[0].text != nil { types[attribute.key] = true }
        if attribute.elements[0].int != nil { types[attribute.key] = false }
      }
    }
    return types.filter { !repeated.contains($0.key) && $0.key != "service.name" }
  }

  package func attributeKeys(_ scope: AttributeScope) -> AttributeKeys? {
    let entries = listed(scope)
    return AttributeKeys(
      owners: entries.map(\.owner),
      keys: Self.text(entries.map { Array($0.attribute.key.utf8) }),
      ownerCount: lists(scope).count)
  }

  package func attributeValues(_ scope: AttributeScope, _ type: AttributeType) -> OwnedColumn? {
    let entries = listed(scope)
    let elements = entries.enumerated().flatMap { index, entry in
      entry.attribute.elements.map { (owner: UInt32(index), element: $0) }
    }
    func column<T>(
      _ read: (StoredAttribute.Element) -> T?, _ values: ([T]) -> ColumnValues
    ) -> OwnedColumn {
      let found = elements.compactMap { pair in read(pair.element).map { (pair.owner, $0) } }
      return OwnedColumn(
        owners: found.map(\.0), values: values(found.map(\.1)), ownerCount: entries.count)
    }
    switch type {
    case .text: return column(\.text) { Self.strings($0) }
    case .int: return column(\.int) { .int64($0) }
    case .double: return column(\.double) { .double($0) }
    case .bool: return column(\.bool) { .bool($0.map { $0 ? 1 : 0 }) }
    }
  }

  package func directNames(_ scope: AttributeScope) -> [String] {
    (columnTypes[scope] ?? [:]).keys.sorted() + (scope == .resource ? ["service.name"] : [])
  }

  package func directColumns(_ scope: AttributeScope, _ name: String) -> [OwnedColumn] {
    let lists = lists(scope)
    if scope == .resource && name == "service.name" {
      let owners = batches.indices.map { UInt32($0) }
      return [
        OwnedColumn(
          owners: owners, values: Self.strings(batches.map(\.serviceName)),
          ownerCount: lists.count)
      ]
    }
    guard let isText = columnTypes[scope]?[name] else { return [] }
    let found = lists.enumerated().flatMap { owner, attributes in
      attributes.filter { $0.key == name && hasOwnColumn($0, scope) }
        .map { (owner: UInt32(owner), element: $0.elements[0]) }
    }
    let values: ColumnValues =
      isText
      ? Self.strings(found.compactMap(\.element.text)) : .int64(found.compactMap(\.element.int))
    return [
      OwnedColumn(owners: found.map(\.owner), values: values, ownerCount: lists.count)
    ]
  }
}
