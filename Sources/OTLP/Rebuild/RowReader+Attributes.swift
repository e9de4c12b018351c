import Columns
import Parquet
import Storage

/// The attributes of every element of one lane.
struct LaneAttributes {
  private var lists: [[KeyValue]]

  init(count: Int) { lists = Array(repeating: [], count: count) }

  subscript(element: Int) -> [KeyValue] { lists.isEmpty ? [] : lists[element] }

  mutating func append(_ pair: KeyValue, to element: Int) { lists[element].append(pair) }
}

extension RowReader {
  /// The attributes of a scope's `count` elements: the generic list in stored order, then the
  /// columns that hold one attribute each, in the order the schema gives.
  func attributes(
    _ scope: AttributeScope, count: Int
  ) throws(ParquetError) -> LaneAttributes {
    guard count > 0 else { return LaneAttributes(count: 0) }
    var lists = LaneAttributes(count: count)
    try appendGroup(scope, count: count, to: &lists)
    for column in schema.directColumns[scope] ?? [] {
      let values = try values(column.leaf, depth: scope.lane.depth, count: count)
      guard let values else { continue }
      for element in 0..<count {
        guard let value = value(of: column, values, element) else { continue }
        lists.append(KeyValue(key: column.attribute, value: value), to: element)
      }
    }
    return lists
  }

  /// One entry is a scalar, several are an array.
  private func value(
    of column: TraceSchema.DirectColumn, _ values: LaneValues, _ element: Int
  ) -> AnyValue? {
    let places = values.places(of: element)
    guard let first = places.first else { return nil }
    if places.count > 1 { return .array(places.map(values.value)) }
    let value = values.value(at: first)
    return column.emptyMeansAbsent && value == .string("") ? nil : value
  }

  private func appendGroup(
    _ scope: AttributeScope, count: Int, to lists: inout LaneAttributes
  ) throws(ParquetError) {
    guard let group = schema.groups[scope] else { return }
    let keys = try owned(group.key, depth: scope.lane.depth)
    guard keys.ownerCount == count else {
      throw damaged(group.key, "\(keys.ownerCount) elements where another column has \(count)")
    }
    let values = try groupValues(group, count: keys.values.count)
    let names = LaneValues(dense: keys.values)
    for (attribute, owner) in keys.owners.enumerated() {
      guard let value = values[attribute] else { continue }
      lists.append(KeyValue(key: names.string(at: attribute), value: value), to: Int(owner))
    }
  }
}

// MARK: Values of the generic list

extension RowReader {
  /// The value of each of `count` attributes; nil for one that is to be left out.
  ///
  /// Columns are read in the order in which they win, and only as long as a value is missing.
  private func groupValues(
    _ group: TraceSchema.AttributeGroup, count: Int
  ) throws(ParquetError) -> [AnyValue?] {
    var found = [AnyValue?](repeating: nil, count: count)
    guard count > 0 else { return found }
    let depth = group.key.maxRepetition
    let isArray = try values(group.isArray, depth: depth, count: count)
    var missing = count
    for leaf in [group.text, group.int, group.double, group.bool] {
      guard missing > 0, let values = try values(leaf, depth: depth, count: count) else { continue }
      for attribute in 0..<count where found[attribute] == nil {
        let places = values.places(of: attribute)
        guard let first = places.first else { continue }
        missing -= 1
        found[attribute] =
          places.count > 1 || isArray.isTrue(attribute)
          ? .array(places.map(values.value)) : values.value(at: first)
      }
    }
    guard missing > 0 else { return found }
    try decode(group.unsupported, into: &found, depth: depth, Self.json)
    try decode(group.arrayJSON, into: &found, depth: depth, Self.json)
    try decode(group.mapJSON, into: &found, depth: depth, Self.json)
    try decode(group.encoded, into: &found, depth: depth, Self.encoded)
    for attribute in 0..<count where found[attribute] == nil {
      found[attribute] = missingValue(isArray: isArray.isTrue(attribute))
    }
    return found
  }

  /// Nothing stored: an empty array, or no value. vParquet5 would have said so (`{}`), so there a
  /// row without anything is not an attribute.
  private func missingValue(isArray: Bool) -> AnyValue? {
    if isArray { return .array([]) }
    return schema.version == .vParquet5 ? nil : .empty
  }

  private func decode(
    _ leaf: Leaf?, into found: inout [AnyValue?], depth: Int,
    _ read: ([UInt8]) throws(AttributeValueError) -> AnyValue
  ) throws(ParquetError) {
    guard let leaf, let values = try values(leaf, depth: depth, count: found.count) else { return }
    for attribute in found.indices where found[attribute] == nil {
      guard let place = values.places(of: attribute).first else { continue }
      do {
        found[attribute] = try read(values.bytes(at: place))
      } catch {
        throw damaged(leaf, error.message)
      }
    }
  }

  private static func json(_ text: [UInt8]) throws(AttributeValueError) -> AnyValue {
    text.isEmpty ? .empty : try AnyValue(json: text)
  }

  /// vParquet3 events: protobuf, in old files JSON.
  private static func encoded(_ bytes: [UInt8]) throws(AttributeValueError) -> AnyValue {
    do {
      return try AnyValue(protobuf: bytes)
    } catch {
      guard bytes.first == UInt8(ascii: "{") else {
        throw AttributeValueError(message: "not the protobuf of an attribute value: \(error)")
      }
      return try AnyValue(json: bytes)
    }
  }
}

extension LaneValues? {
  fileprivate func isTrue(_ element: Int) -> Bool {
    guard let self, let place = self.places(of: element).first else { return false }
    return self.value(at: place) == .bool(true)
  }
}
