/// What kind of value an attribute has.
package enum AttributeKind: UInt8, Sendable {
  /// Payload: the text's number.
  case text
  /// Payload: the bits of the number.
  case int, double
  /// Payload: 0 or 1.
  case bool
  /// Payload: index into `arrays`.
  case textArray, intArray, doubleArray, boolArray
  /// A value without a column: payload is the number of its proto3 JSON (blocks.md 3.6).
  case json

  package var isArray: Bool { rawValue >= 4 && rawValue <= 7 }

  /// The kind of an array's elements, a scalar's own kind.
  package var element: AttributeKind {
    switch self {
    case .textArray: .text
    case .intArray: .int
    case .doubleArray: .double
    case .boolArray: .bool
    default: self
    }
  }

  /// The kind of an array of these.
  package var array: AttributeKind {
    switch self {
    case .text: .textArray
    case .int: .intArray
    case .double: .doubleArray
    case .bool: .boolArray
    default: self
    }
  }
}

/// Attributes of the elements of one lane, in columns: owner `i` has the attributes
/// `offsets[i]..<offsets[i + 1]`.
package struct AttributeTable: Sendable {
  package private(set) var offsets: [UInt32] = [0]
  /// Numbers of the keys' texts.
  package private(set) var keys: [UInt32] = []
  package private(set) var kinds: [AttributeKind] = []
  package private(set) var payloads: [UInt64] = []
  /// Array `i` has the elements `arrayOffsets[i]..<arrayOffsets[i + 1]` of `elements`.
  package private(set) var arrayOffsets: [UInt32] = [0]
  package private(set) var elements: [UInt64] = []

  package init() {}

  package var ownerCount: Int { offsets.count - 1 }
  package var count: Int { keys.count }

  package func range(of owner: Int) -> Range<Int> {
    Int(offsets[owner])..<Int(offsets[owner + 1])
  }

  package mutating func append(key: UInt32, _ kind: AttributeKind, _ payload: UInt64) {
    keys.append(key)
    kinds.append(kind)
    payloads.append(payload)
  }

  package mutating func append(key: UInt32, _ kind: AttributeKind, elements: [UInt64]) {
    append(key: key, kind, UInt64(arrayOffsets.count - 1))
    self.elements.append(contentsOf: elements)
    arrayOffsets.append(UInt32(self.elements.count))
  }

  /// Everything appended since the last call belongs to one owner, the next one.
  package mutating func endOwner() { offsets.append(UInt32(keys.count)) }

  /// Whether some attribute has a value of that kind.
  package func holds(_ kind: AttributeKind) -> Bool {
    kinds.contains(kind)
  }

  /// The values of an attribute: one of a scalar, any number of an array.
  package func values(of attribute: Int) -> ArraySlice<UInt64> {
    guard kinds[attribute].isArray else { return payloads[attribute...attribute] }
    let array = Int(payloads[attribute])
    return elements[Int(arrayOffsets[array])..<Int(arrayOffsets[array + 1])]
  }

  package func valueCount(of attribute: Int) -> Int {
    guard kinds[attribute].isArray else { return kinds[attribute] == .json ? 0 : 1 }
    let array = Int(payloads[attribute])
    return Int(arrayOffsets[array + 1] - arrayOffsets[array])
  }

  /// Bytes kept in memory.
  package var memoryBytes: Int {
    offsets.count * 4 + keys.count * 13 + arrayOffsets.count * 4 + elements.count * 8
  }
}

// MARK: Much at once

extension AttributeTable {
  mutating func reserve(like other: AttributeTable, times factor: Double) {
    offsets.reserveCapacity(other.offsets.count.times(factor))
    keys.reserveCapacity(other.count.times(factor))
    kinds.reserveCapacity(other.count.times(factor))
    payloads.reserveCapacity(other.count.times(factor))
    arrayOffsets.reserveCapacity(other.arrayOffsets.count.times(factor))
    elements.reserveCapacity(other.elements.count.times(factor))
  }

  /// Appends all owners of another table; `numbers` says which number here each text there has.
  mutating func append(contentsOf other: AttributeTable, renumbering numbers: [UInt32]) {
    let (attributes, arrays) = (UInt32(count), UInt64(arrayOffsets.count - 1))
    let base = self.elements.count
    offsets.append(contentsOf: other.offsets.dropFirst().lazy.map { $0 + attributes })
    keys.append(contentsOf: other.keys.lazy.map { numbers[Int($0)] })
    kinds.append(contentsOf: other.kinds)
    payloads.reserveCapacity(payloads.count + other.count)
    self.elements.append(contentsOf: other.elements)
    for (kind, payload) in zip(other.kinds, other.payloads) {
      switch kind {
      case .text, .json: payloads.append(UInt64(numbers[Int(payload)]))
      case .int, .double, .bool: payloads.append(payload)
      case .intArray, .doubleArray, .boolArray: payloads.append(payload + arrays)
      case .textArray:
        payloads.append(payload + arrays)
        let array = Int(payload)
        for i in Int(other.arrayOffsets[array])..<Int(other.arrayOffsets[array + 1]) {
          self.elements[base + i] = UInt64(numbers[Int(other.elements[i])])
        }
      }
    }
    arrayOffsets.append(contentsOf: other.arrayOffsets.dropFirst().lazy.map { $0 + UInt32(base) })
  }
}

// MARK: Taking back

extension AttributeTable {
  package struct Mark: Sendable {
    fileprivate var owners: Int
    fileprivate var attributes: Int
    fileprivate var arrays: Int
    fileprivate var elements: Int
  }

  package var mark: Mark {
    Mark(
      owners: offsets.count, attributes: keys.count, arrays: arrayOffsets.count,
      elements: elements.count)
  }

  /// Forgets what was appended since `mark` was taken.
  package mutating func truncate(to mark: Mark) {
    offsets.removeLast(offsets.count - mark.owners)
    keys.removeLast(keys.count - mark.attributes)
    kinds.removeLast(kinds.count - mark.attributes)
    payloads.removeLast(payloads.count - mark.attributes)
    arrayOffsets.removeLast(arrayOffsets.count - mark.arrays)
    elements.removeLast(elements.count - mark.elements)
  }
}
