import Glibc
import TraceQL

/// Numbers as TraceQL computes with them (traceql.md 5.3); nil where there is no number.
enum Arithmetic {
  static func apply(_ op: ArithmeticOperator, _ left: Value, _ right: Value) -> Value {
    if case .int(let a) = left, case .int(let b) = right { return integers(op, a, b) }
    guard let a = left.number, let b = right.number else { return .nil }
    return .float(floats(op, a, b))
  }

  static func negated(_ value: Value) -> Value {
    switch value {
    case .int(let x): .int(0 &- x)
    case .float(let x): .float(-x)
    case .duration(let x): .duration(0 &- x)
    default: .nil
    }
  }

  private static func integers(_ op: ArithmeticOperator, _ a: Int64, _ b: Int64) -> Value {
    switch op {
    case .add: return .int(a &+ b)
    case .subtract: return .int(a &- b)
    case .multiply: return .int(a &* b)
    case .divide: return b == 0 ? .nil : .int(a.dividedReportingOverflow(by: b).partialValue)
    case .modulo:
      return b == 0 ? .nil : .int(a.remainderReportingOverflow(dividingBy: b).partialValue)
    case .power:
      let result = pow(Double(a), Double(b))
      // Outside int64 the float is kept.
      return Int64(exactly: result.rounded(.towardZero)).map { .int($0) } ?? .float(result)
    }
  }

  static func floats(_ op: ArithmeticOperator, _ a: Double, _ b: Double) -> Double {
    switch op {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .modulo: fmod(a, b)
    case .power: pow(a, b)
    }
  }
}
