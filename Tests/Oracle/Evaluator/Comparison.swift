import TraceQL

/// Comparisons between values: traceql.md 5.2 to 5.5.
struct Comparison {
  let op: ComparisonOperator

  /// Never nil: what cannot be compared is false, for `!=` and `!~` too.
  func holds(_ left: OracleValue, _ right: OracleValue) -> Bool {
    if left.isNil || right.isNil { return false }
    let isNegative = op == .notEqual || op == .notMatches
    switch (left, right) {
    case (.array(let xs), .array(let ys)):
      let pairs = xs.flatMap { x in ys.map { (x, $0) } }
      return isNegative ? pairs.allSatisfy(scalars) : pairs.contains(where: scalars)
    case (.array(let xs), let y):
      return isNegative ? xs.allSatisfy { scalars($0, y) } : xs.contains { scalars($0, y) }
    case (let x, .array(let ys)):
      return isNegative ? ys.allSatisfy { scalars(x, $0) } : ys.contains { scalars(x, $0) }
    default:
      return scalars(left, right)
    }
  }

  private func scalars(_ left: OracleValue, _ right: OracleValue) -> Bool {
    switch (left, right) {
    case (.string(let a), .string(let b)): return strings(a, b)
    case (.bool(let a), .bool(let b)): return equality(a == b)
    case (.status(let a), .status(let b)), (.kind(let a), .kind(let b)): return equality(a == b)
    case (.int(let a), .int(let b)): return ordered(a, b)
    case (.duration(let a), .duration(let b)): return ordered(a, b)
    case (.int(let a), .duration(let b)), (.duration(let a), .int(let b)):
      // Equality of these is exact, order is that of float64 (5.3).
      if op == .equal || op == .notEqual { return equality(a == b) }
      return ordered(Double(a), Double(b))
    default:
      guard let a = left.number, let b = right.number else { return false }
      return ordered(a, b)
    }
  }

  private func equality(_ isEqual: Bool) -> Bool {
    switch op {
    case .equal: isEqual
    case .notEqual: !isEqual
    default: false
    }
  }

  private func ordered<T: Comparable>(_ a: T, _ b: T) -> Bool {
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

  private func strings(_ a: String, _ b: String) -> Bool {
    switch op {
    case .matches: return PatternOracle.matches(a, pattern: b)
    case .notMatches: return !PatternOracle.matches(a, pattern: b)
    default: return ordered(Bytes(a), Bytes(b))
    }
  }

  /// Strings compare by their bytes; Swift's own order knows of canonical equivalence.
  private struct Bytes: Comparable {
    let bytes: [UInt8]
    init(_ text: String) { bytes = Array(text.utf8) }
    static func < (a: Bytes, b: Bytes) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
  }
}
