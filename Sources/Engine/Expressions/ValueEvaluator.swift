import Columns
import Storage
import TraceQL

/// Evaluates value expressions for rows: one vector an operator.
extension UnitContext {
  func evaluate(_ expression: ValueExpression, _ rows: RowSet) throws(StorageError) -> FieldVector {
    switch expression {
    case .literal(let value): return FieldVector(repeating: value, count: rows.count)
    case .field(let field): return try values(field, rows)
    case .negate(let inner):
      return try evaluate(inner, rows).negated()
    case .not(let inner):
      var values = try evaluate(inner, rows)
      for row in 0..<values.count {
        if values.tags[row] == .bool {
          values.payloads[row] ^= 1
        } else {
          values.tags[row] = .nil
        }
      }
      return values
    case .arithmetic(let op, let left, let right):
      let (a, b) = (try evaluate(left, rows), try evaluate(right, rows))
      // Behind the operands: long sums are deep trees, and all their work is on the way back.
      try unit.checkpoint(taking: 0)
      return Self.arithmetic(op, a, b)
    case .identifier(let inner):
      var values = try evaluate(inner, rows)
      for row in 0..<values.count where values.tags[row] == .string || values.tags[row] == .array {
        values.set(IdentifierText.comparable(values.value(at: row)), at: row)
      }
      return values
    case .predicate(let predicate):
      let marks = try evaluate(predicate, rows: rows)
      var result = FieldVector(nilCount: rows.count)
      for row in 0..<rows.count {
        result.tags[row] = .bool
        result.payloads[row] = marks[row] ? 1 : 0
      }
      return result
    }
  }

  static func arithmetic(
    _ op: ArithmeticOperator, _ left: FieldVector, _ right: FieldVector
  ) -> FieldVector {
    var result = FieldVector(nilCount: left.count)
    for row in 0..<left.count {
      if left.tags[row] == .int && right.tags[row] == .int {
        result.set(Arithmetic.apply(op, left.value(at: row), right.value(at: row)), at: row)
      } else if let a = left.number(at: row), let b = right.number(at: row) {
        result.tags[row] = .float
        result.payloads[row] = Arithmetic.floats(op, a, b).bitPattern
      }
    }
    return result
  }

  /// Which rows satisfy `left op right`.
  static func compare(
    _ op: ComparisonOperator, _ left: FieldVector, _ right: FieldVector
  ) -> Bitmap {
    var result = Bitmap(count: left.count)
    for row in 0..<left.count {
      let holds: Bool
      switch (left.tags[row], right.tags[row]) {
      case (.nil, _), (_, .nil): holds = false
      case (.int, .int), (.duration, .duration):
        holds = ValueComparison.ordered(
          op, Int64(bitPattern: left.payloads[row]), Int64(bitPattern: right.payloads[row]))
      case (.float, .float), (.float, .int), (.int, .float), (.duration, .float),
        (.float, .duration):
        guard let a = left.number(at: row), let b = right.number(at: row) else { continue }
        holds = ValueComparison.ordered(op, a, b)
      default:
        holds = ValueComparison.holds(op, left.value(at: row), right.value(at: row))
      }
      if holds { result[row] = true }
    }
    return result
  }
}
