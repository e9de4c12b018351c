/// Computes what needs no span. What has no value (division by zero, a float that is not finite,
/// a pattern that is more than text) stays as it is.
enum ConstantFolding {
  /// The whole tree with every constant part computed.
  static func folded(_ expression: FieldExpression) -> FieldExpression {
    var result = expression
    switch expression.kind {
    case .literal, .field: return expression
    case .negate(let inner): result.kind = .negate(folded(inner))
    case .not(let inner): result.kind = .not(folded(inner))
    case .isNil(let inner): result.kind = .isNil(folded(inner))
    case .isNotNil(let inner): result.kind = .isNotNil(folded(inner))
    case .binary(let infix, let left, let right):
      result.kind = .binary(infix, folded(left), folded(right))
    }
    return foldedNode(result)
  }

  /// The node computed if its children are literals.
  static func foldedNode(_ expression: FieldExpression) -> FieldExpression {
    guard let literal = value(of: expression) else { return expression }
    return FieldExpression(.literal(literal), range: expression.range)
  }

  private static func value(of expression: FieldExpression) -> Literal? {
    switch expression.kind {
    case .literal, .field: return nil
    case .negate(let inner): return inner.literal.flatMap(negated)
    case .not(let inner):
      guard case .bool(let value)? = inner.literal else { return nil }
      return .bool(!value)
    case .isNil(let inner): return inner.literal.map { _ in .bool(false) }
    case .isNotNil(let inner): return inner.literal.map { _ in .bool(true) }
    case .binary(let infix, let left, let right):
      guard let a = left.literal, let b = right.literal else { return nil }
      return value(a, infix, b)
    }
  }

  private static func value(_ a: Literal, _ infix: FieldOperator, _ b: Literal) -> Literal? {
    switch infix {
    case .and, .or:
      guard case .bool(let x) = a, case .bool(let y) = b else { return nil }
      return .bool(infix == .and ? x && y : x || y)
    case .compare(let comparison): return compared(a, comparison, b).map { .bool($0) }
    case .arithmetic(let arithmetic):
      guard a.isNumeric, b.isNumeric else { return nil }
      if case .int(let x) = a, case .int(let y) = b { return integers(x, arithmetic, y) }
      return floats(a.asDouble, arithmetic, b.asDouble)
    }
  }

  private static func negated(_ literal: Literal) -> Literal? {
    switch literal {
    case .int(let value): .int(0 &- value)
    case .duration(let value): .duration(0 &- value)
    case .float(let value): .float(-value)
    default: nil
    }
  }

  // MARK: Arithmetic

  private static func integers(_ x: Int64, _ infix: ArithmeticOperator, _ y: Int64) -> Literal? {
    switch infix {
    case .add: return .int(x &+ y)
    case .subtract: return .int(x &- y)
    case .multiply: return .int(x &* y)
    case .divide: return y == 0 ? nil : .int(x.dividedReportingOverflow(by: y).partialValue)
    case .modulo:
      return y == 0 ? nil : .int(x.remainderReportingOverflow(dividingBy: y).partialValue)
    case .power: return power(x, y).map { .int($0) }
    }
  }

  /// Exact powers that fit; others are left to the evaluation.
  private static func power(_ base: Int64, _ exponent: Int64) -> Int64? {
    switch base {
    case 0: return exponent < 0 ? nil : exponent == 0 ? 1 : 0
    case 1: return 1
    case -1: return exponent % 2 == 0 ? 1 : -1
    default: break
    }
    if exponent < 0 { return 0 }
    guard exponent < 64 else { return nil }
    var result: Int64 = 1
    for _ in 0..<exponent {
      let (product, overflow) = result.multipliedReportingOverflow(by: base)
      guard !overflow else { return nil }
      result = product
    }
    // A float power cannot tell greater integers apart.
    return abs(Double(result)) < 0x1p53 ? result : nil
  }

  private static func floats(_ x: Double, _ infix: ArithmeticOperator, _ y: Double) -> Literal? {
    let value: Double? =
      switch infix {
      case .add: x + y
      case .subtract: x - y
      case .multiply: x * y
      case .divide: x / y
      case .modulo: x.truncatingRemainder(dividingBy: y)
      case .power: power(x, y)
      }
    guard let value, value.isFinite else { return nil }
    return .float(value)
  }

  /// The powers that a multiplication or a root gives exactly rounded; others are left.
  private static func power(_ base: Double, _ exponent: Double) -> Double? {
    switch exponent {
    case 0: 1
    case 1: base
    case 2: base * base
    case -1: 1 / base
    case 0.5 where base >= 0: base.squareRoot()
    default: nil
    }
  }

  // MARK: Comparison

  private static func compared(_ a: Literal, _ infix: ComparisonOperator, _ b: Literal) -> Bool? {
    switch (a, b) {
    case (.string(let x), .string(let y)):
      if infix == .matches || infix == .notMatches {
        guard PatternSyntax.isPlainText(y) else { return nil }
        return x.utf8.elementsEqual(y.utf8) == (infix == .matches)
      }
      let isEqual = x.utf8.elementsEqual(y.utf8)
      return ordered(isEqual, x.utf8.lexicographicallyPrecedes(y.utf8), infix)
    case (.bool(let x), .bool(let y)): return equality(x == y, infix)
    case (.status(let x), .status(let y)): return equality(x == y, infix)
    case (.kind(let x), .kind(let y)): return equality(x == y, infix)
    default:
      guard a.isNumeric, b.isNumeric else { return nil }
      if let x = a.asInteger, let y = b.asInteger { return ordered(x == y, x < y, infix) }
      return ordered(a.asDouble == b.asDouble, a.asDouble < b.asDouble, infix)
    }
  }

  private static func equality(_ isEqual: Bool, _ infix: ComparisonOperator) -> Bool? {
    switch infix {
    case .equal: isEqual
    case .notEqual: !isEqual
    default: nil
    }
  }

  private static func ordered(
    _ isEqual: Bool, _ isLess: Bool, _ infix: ComparisonOperator
  ) -> Bool? {
    switch infix {
    case .equal: isEqual
    case .notEqual: !isEqual
    case .less: isLess
    case .lessOrEqual: isLess || isEqual
    case .greater: !isLess && !isEqual
    case .greaterOrEqual: !isLess
    case .matches, .notMatches: nil
    }
  }
}

extension FieldExpression {
  /// The literal, if the expression is one.
  var literal: Literal? {
    if case .literal(let literal) = kind { return literal }
    return nil
  }
}
