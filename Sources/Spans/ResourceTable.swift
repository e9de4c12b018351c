import Columns

/// The distinct resources of a table of spans.
///
/// Two resources are one if they have the same attributes in whatever order, and dropped as many.
/// The attributes are kept sorted by key; a textual `service.name` stands apart, as blocks have it.
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
    // Senders repeat themselves: mostly the attributes come in an order that has been seen.
    let asSent = ContentKey(attributes, attributes.range(of: 0), [UInt64(dropped)])
    if let number = known[asSent] { return number }
    let order = attributes.sortedByKey(owner: 0, strings)
    let key = ContentKey(attributes, order, [UInt64(dropped)])
    let number = known[key] ?? UInt32(count)
    known[asSent] = number
    if number < count { return number }
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
    let head = [UInt64(dropped), UInt64(name), UInt64(version)]
    let asSent = ContentKey(attributes, attributes.range(of: 0), head)
    if let number = known[asSent] { return number }
    let order = attributes.sortedByKey(owner: 0, strings)
    let key = ContentKey(attributes, order, head)
    let number = known[key] ?? UInt32(count)
    known[asSent] = number
    if number < count { return number }
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

  init(_ attributes: AttributeTable, _ order: some Sequence<Int>, _ head: [UInt64]) {
    words = head
    words.reserveCapacity(head.count + 2 * attributes.count)
    for attribute in order {
      let kind = attributes.kinds[attribute]
      words.append(UInt64(attributes.keys[attribute]) << 8 | UInt64(kind.rawValue))
      if kind.isArray {
        let values = attributes.values(of: attribute)
        words.append(UInt64(values.count))
        words.append(contentsOf: values)
      } else {
        words.append(attributes.payloads[attribute])
      }
    }
  }

  // Sixteen bytes a word cost more in the standard hasher than everything else around it.
  func hash(into hasher: inout Hasher) {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    for word in words {
      let (high, low) = (state ^ word).multipliedFullWidth(by: 0x8BB8_4B93_962E_ACC9)
      state = high ^ low
    }
    hasher.combine(state)
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
