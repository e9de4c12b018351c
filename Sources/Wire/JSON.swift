/// A JSON value as a tree.
package indirect enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  /// The digits as written, so that 64-bit integers and doubles both survive.
  case number(String)
  case string(String)
  case array([JSON])
  /// Members in the order written, repeated names included.
  case object([Member])

  /// One name and value of an object.
  package struct Member: Sendable, Equatable {
    package var name: String
    package var value: JSON

    package init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }
}

// MARK: Looking inside

extension JSON {
  /// The member of that name, the last one if it is repeated; nil if there is none or this is no
  /// object.
  package subscript(name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  package var elements: [JSON]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  package var members: [Member]? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  package var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  package var bool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  package var isNull: Bool { self == .null }

  /// An integer written as a number or, as proto3 does, as a string; nil if it is neither or does
  /// not fit.
  package var int64: Int64? {
    switch self {
    case .number(let text), .string(let text): Int64(text) ?? exactInteger(text)
    default: nil
    }
  }

  /// An unsigned integer written as a number or as a string; nil if it is neither or does not fit.
  package var uint64: UInt64? {
    switch self {
    case .number(let text), .string(let text): UInt64(text) ?? exactInteger(text)
    default: nil
    }
  }

  /// A number, or one of the strings proto3 writes for numbers.
  package var double: Double? {
    switch self {
    case .number(let text): Double(text)
    case .string("NaN"): .nan
    case .string("Infinity"): .infinity
    case .string("-Infinity"): -.infinity
    case .string(let text): Double(text)
    default: nil
    }
  }

  /// `1e3` and `5.0` are integers too.
  private func exactInteger<Integer: FixedWidthInteger>(_ text: String) -> Integer? {
    guard case .number = self, let value = Double(text) else { return nil }
    return Integer(exactly: value)
  }
}
