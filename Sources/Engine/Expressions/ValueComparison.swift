import TraceQL

/// How two values compare (traceql.md 5.2 to 5.5): false wherever types or nil forbid it.
enum ValueComparison {
  static func holds(_ op: ComparisonOperator, _ left: Value, _ right: Value) -> Bool {
    switch (left, right) {
    case (.nil, _), (_, .nil): return false
    case (.array(let elements), .array(let others)):
      return all(op)
        ? elements.allSatisfy { element in others.allSatisfy { holds(op, element, $0) } }
        : elements.contains { element in others.contains { holds(op, element, $0) } }
    case (.array(let elements), _):
      return all(op)
        ? elements.allSatisfy { holds(op, $0, right) }
        : elements.contains { holds(op, $0, right) }
    case (_, .array(let elements)):
      return all(op)
        ? elements.allSatisfy { holds(op, left, $0) } : elements.contains { holds(op, left, $0) }
    default: return scalars(op, left, right)
    }
  }

  /// Negative operators must hold for every element of an array, others for some.
  private static func all(_ op: ComparisonOperator) -> Bool { op == .notEqual || op == .notMatches }

  private static func scalars(_ op: ComparisonOperator, _ left: Value, _ right: Value) -> Bool {
    switch (left, right) {
    case (.int(let a), .int(let b)), (.duration(let a), .duration(let b)):
      return ordered(op, a, b)
    case (.int(let a), .duration(let b)), (.duration(let a), .int(let b)):
      // Equality is exact; order is that of doubles (5.3).
      if op == .equal { return a == b }
      if op == .notEqual { return a != b }
      return ordered(op, Double(a), Double(b))
    case (.string(let a), .string(let b)):
      switch op {
      case .equal: return a.utf8.elementsEqual(b.utf8)
      case .notEqual: return !a.utf8.elementsEqual(b.utf8)
      case .less: return a.utf8.lexicographicallyPrecedes(b.utf8)
      case .greater: return b.utf8.lexicographicallyPrecedes(a.utf8)
      case .lessOrEqual: return !b.utf8.lexicographicallyPrecedes(a.utf8)
      case .greaterOrEqual: return !a.utf8.lexicographicallyPrecedes(b.utf8)
      case .matches, .notMatches: return false
      }
    case (.bool(let a), .bool(let b)): return equated(op, a == b)
    case (.status(let a), .status(let b)), (.kind(let a), .kind(let b)): return equated(op, a == b)
    default:
      guard let a = left.number, let b = right.number else { return false }
      return ordered(op, a, b)
    }
  }

  static func ordered<T: Comparable>(_ op: ComparisonOperator, _ a: T, _ b: T) -> Bool {
    switch op {
    case .equal: a == b
    case .notEqual: a != b
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    case .matches, .notMatches: false
    }
  }

  private static func equated(_ op: ComparisonOperator, _ same: Bool) -> Bool {
    switch op {
    case .equal: same
    case .notEqual: !same
    default: false
    }
  }
}

extension Value {
  /// As a float64, if numeric.
  var number: Double? {
    switch self {
    case .int(let x), .duration(let x): Double(x)
    case .float(let x): x
    default: nil
    }
  }

  init(_ literal: Literal) {
    self =
      switch literal {
      case .int(let x): .int(x)
      case .float(let x): .float(x)
      case .duration(let x): .duration(x)
      case .string(let x): .string(x)
      case .bool(let x): .bool(x)
      case .status(let x): .status(Int64(x.rawValue))
      case .kind(let x): .kind(Int64(x.rawValue))
      }
  }
}
