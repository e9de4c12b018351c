import Columns

/// The distinct resources of a table of spans.
///
/// Two resources are one if they have the same attributes in whatever order, and dropped as many. The
/// attributes are kept sorted by key; a textual `service.name` stands apart, as blocks have it.
package struct ResourceTable: Sendable {
  package private(set) var attributes = AttributeTable()
  /// Numbers of the texts of `service.name`, 0 where there is none.
  package private(set) var serviceNames: [UInt32] = []
  package private(set) var droppedAttributes: [UInt32] = []
  private var known: [ContentKey: UInt32] = [:]

  package var count: Int { serviceNames.count }

  mutating func number(
    of attributes: AttributeTable, dropped: UInt32, _ strings: inout StringInterner
  ) -> UInt32 {
    let order = attributes.sortedByKey(owner: 0, strings)
    let key = ContentKey(attributes, order, [UInt64(dropped)])
    if let number = known[key] { return number }
    let number = UInt32(count)
    known[key] = number
    let serviceNameKey = strings.intern("service.name")
    var serviceName: UInt32 = 0
    for attribute in order {
      // Of several service names the last one is the column's.
      if attributes.keys[attribute] == serviceNameKey, attributes.kinds[attribute] == .text {
        serviceName = UInt32(attributes.payloads[attribute])
      } else {
        self.attributes.append(copying: attribute, of: attributes)
      }
    }
    self.attributes.endOwner()
    serviceNames.append(serviceName)
    droppedAttributes.append(dropped)
    return number
  }
}

/// The distinct instrumentation scopes of a table of spans.
package struct ScopeTable: Sendable {
  package private(set) var attributes = AttributeTable()
  package private(set) var names: [UInt32] = []
  package private(set) var versions: [UInt32] = []
  package private(set) var droppedAttributes: [UInt32] = []
  private var known: [ContentKey: UInt32] = [:]

  package var count: Int { names.count }

  mutating func number(
    name: UInt32, version: UInt32, of attributes: AttributeTable, dropped: UInt32,
    _ strings: StringInterner
  ) -> UInt32 {
    let order = attributes.sortedByKey(owner: 0, strings)
    let key = ContentKey(attributes, order, [UInt64(dropped), UInt64(name), UInt64(version)])
    if let number = known[key] { return number }
    let number = UInt32(count)
    known[key] = number
    for attribute in order { self.attributes.append(copying: attribute, of: attributes) }
    self.attributes.endOwner()
    names.append(name)
    versions.append(version)
    droppedAttributes.append(dropped)
    return number
  }
}

/// What makes two lists of attributes the same.
private struct ContentKey: Hashable {
  private var words: [UInt64]

  init(_ attributes: AttributeTable, _ order: [Int], _ head: [UInt64]) {
    words = head
    for attribute in order {
      let values = attributes.values(of: attribute)
      let kind = UInt64(attributes.kinds[attribute].rawValue)
      words.append(UInt64(attributes.keys[attribute]) << 8 | kind)
      words.append(UInt64(values.count))
      words.append(contentsOf: values)
    }
  }
}

extension AttributeTable {
  /// The attributes of an owner ordered by the bytes of their keys, equal keys as they came.
  fileprivate func sortedByKey(owner: Int, _ strings: StringInterner) -> [Int] {
    range(of: owner).sorted { a, b in
      if keys[a] == keys[b] { return a < b }
      return strings.precedes(keys[a], keys[b])
    }
  }

  /// Appends one attribute of another table that has the same texts.
  package mutating func append(copying attribute: Int, of other: AttributeTable) {
    let kind = other.kinds[attribute]
    if kind.isArray {
      append(key: other.keys[attribute], kind, elements: Array(other.values(of: attribute)))
    } else {
      append(key: other.keys[attribute], kind, other.payloads[attribute])
    }
  }
}
