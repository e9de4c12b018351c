import TraceQL

/// A value as traceql.md 3.2 describes them.
package enum OracleValue: Sendable {
  case none
  case int(Int64)
  case float(Double)
  /// Nanoseconds.
  case duration(Int64)
  case string(String)
  case bool(Bool)
  /// OTLP codes, known or not.
  case status(Int64)
  case kind(Int64)
  case array([OracleValue])

  init(_ literal: Literal) {
    switch literal {
    case .int(let value): self = .int(value)
    case .float(let value): self = .float(value)
    case .duration(let value): self = .duration(value)
    case .string(let value): self = .string(value)
    case .bool(let value): self = .bool(value)
    case .status(let value): self = .status(Int64(value.rawValue))
    case .kind(let value): self = .kind(Int64(value.rawValue))
    }
  }

  init(_ element: StoredAttribute.Element) {
    switch element {
    case .text(let value): self = .string(value)
    case .int(let value): self = .int(value)
    case .double(let value): self = .float(value)
    case .bool(let value): self = .bool(value)
    }
  }

  /// One element is that scalar, none is nil (3.4).
  init(elements: [StoredAttribute.Element]) {
    switch elements.count {
    case 0: self = .none
    case 1: self = OracleValue(elements[0])
    default: self = .array(elements.map { OracleValue($0) })
    }
  }

  var isNil: Bool { if case .none = self { true } else { false } }

  /// As float64; a duration is its nanoseconds. Nil for what is no number.
  var number: Double? {
    switch self {
    case .int(let value), .duration(let value): Double(value)
    case .float(let value): value
    default: nil
    }
  }

  var isString: Bool { if case .string = self { true } else { false } }
}

extension OracleValue: CustomStringConvertible {
  /// Unambiguous: two values have the same text only if they are the same key in `by` (7.4).
  package var description: String {
    switch self {
    case .none: return "nil"
    case .int(let value): return "\(value)"
    case .float(let value): return value.isNaN ? "float nan" : "float \(value)"
    case .duration(let value): return "\(value)ns"
    case .string(let value): return "\"\(value)\""
    case .bool(let value): return "\(value)"
    case .status(let code): return "status \(code)"
    case .kind(let code): return "kind \(code)"
    case .array(let values):
      return "[" + values.map(\.description).joined(separator: ", ") + "]"
    }
  }
}
