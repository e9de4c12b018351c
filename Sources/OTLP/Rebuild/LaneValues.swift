import Columns

/// The values of one column by element of its lane: none, one, or several each.
struct LaneValues {
  private let values: ColumnValues
  /// First value of each element, and one more; nil if every element has exactly one.
  private let starts: [UInt32]?

  /// One value an element.
  init(dense values: ColumnValues) {
    self.values = values
    starts = nil
  }

  init(_ column: OwnedColumn) {
    values = column.values
    starts = Self.starts(owners: column.owners, ownerCount: column.ownerCount)
  }

  /// Where the values of each owner begin, from the ascending owner of each value.
  static func starts(owners: [UInt32], ownerCount: Int) -> [UInt32] {
    var starts = [UInt32](repeating: 0, count: ownerCount + 1)
    for owner in owners { starts[Int(owner) + 1] += 1 }
    for i in 1..<starts.count { starts[i] += starts[i - 1] }
    return starts
  }

  /// The values of `element`, as places in the column.
  func places(of element: Int) -> Range<Int> {
    guard let starts else { return element..<element + 1 }
    return Int(starts[element])..<Int(starts[element + 1])
  }

  func has(_ element: Int) -> Bool { !places(of: element).isEmpty }
}

// MARK: Values by place

extension LaneValues {
  func string(at place: Int) -> String {
    guard case .text(let column) = values else { return "" }
    return column.string(at: place)
  }

  func bytes(at place: Int) -> [UInt8] {
    guard case .text(let column) = values else { return [] }
    return column.bytes(at: place)
  }

  func int(at place: Int) -> Int64 {
    guard case .int64(let values) = values else { return 0 }
    return values[place]
  }

  /// The value of whatever type this column has.
  func value(at place: Int) -> AnyValue {
    switch values {
    case .int64(let values): .int(values[place])
    case .double(let values): .double(values[place])
    case .bool(let values): .bool(values[place] != 0)
    case .text(let column): .string(column.string(at: place))
    }
  }
}

// MARK: Values by element; a missing column has defaults

extension LaneValues? {
  func string(_ element: Int) -> String {
    guard let self, let place = self.places(of: element).first else { return "" }
    return self.string(at: place)
  }

  func bytes(_ element: Int) -> [UInt8] {
    guard let self, let place = self.places(of: element).first else { return [] }
    return self.bytes(at: place)
  }

  func int(_ element: Int) -> Int64 {
    guard let self, let place = self.places(of: element).first else { return 0 }
    return self.int(at: place)
  }

  func count(_ element: Int) -> UInt32 { UInt32(truncatingIfNeeded: int(element)) }
  func time(_ element: Int) -> UInt64 { UInt64(bitPattern: int(element)) }
}
