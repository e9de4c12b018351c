import Foundation
import TraceQL

/// Arithmetic between values: traceql.md 5.3. Nil for what is no number, arrays included.
enum Arithmetic {
  static func apply(
    _ op: ArithmeticOperator, _ left: OracleValue, _ right: OracleValue
  ) -> OracleValue {
    if case .int(let a) = left, case .int(let b) = right { return integers(op, a, b) }
    guard let a = left.number, let b = right.number else { return .none }
    switch op {
    case .add: return .float(a + b)
    case .subtract: return .float(a - b)
    case .multiply: return .float(a * b)
    case .divide: return .float(a / b)
    case .modulo: return .float(fmod(a, b))
    case .power: return .float(pow(a, b))
    }
  }

  private static func integers(_ op: ArithmeticOperator, _ a: Int64, _ b: Int64) -> OracleValue {
    switch op {
    case .add: return .int(a &+ b)
    case .subtract: return .int(a &- b)
    case .multiply: return .int(a &* b)
    case .divide: return b == 0 ? .none : .int(a.dividedReportingOverflow(by: b).partialValue)
    case .modulo:
      return b == 0 ? .none : .int(a.remainderReportingOverflow(dividingBy: b).partialValue)
    case .power:
      let power = pow(Double(a), Double(b))
      return Int64(exactly: power.rounded(.towardZero)).map { .int($0) } ?? .float(power)
    }
  }

  /// Prefix `-` keeps the type.
  static func negate(_ value: OracleValue) -> OracleValue {
    switch value {
    case .int(let value): .int(0 &- value)
    case .float(let value): .float(-value)
    case .duration(let value): .duration(0 &- value)
    default: .none
    }
  }
}
