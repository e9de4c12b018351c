extension Literal {
  /// Int, float and duration (in nanoseconds) as a float; 0 for anything else.
  var asDouble: Double {
    switch self {
    case .int(let value), .duration(let value): Double(value)
    case .float(let value): value
    default: 0
    }
  }

  var isNumeric: Bool {
    switch self {
    case .int, .float, .duration: true
    default: false
    }
  }

  var isZero: Bool { isNumeric && asDouble == 0 }

  /// Int and duration as an exact integer.
  var asInteger: Int64? {
    switch self {
    case .int(let value), .duration(let value): value
    default: nil
    }
  }
}
