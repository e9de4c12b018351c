import TraceQL

/// Turns checked filter expressions into predicates, numbering the tests of one query.
struct PredicateBuilder {
  private var nextID: Int

  /// What is known of a test of a unit is kept by its number: filters that are evaluated over the
  /// same unit have different ones.
  init(firstID: Int = 0) { nextID = firstID }

  mutating func predicate(_ expression: FieldExpression) -> Predicate {
    switch expression.kind {
    case .literal(let literal):
      return .constant(literal == .bool(true))
    case .field(let field):
      // The test finds arrays with a true element too, which are no booleans.
      return .and([test(field, .equal, .bool(true)), .truth(.field(field))])
    case .negate: return .truth(value(expression))
    case .not(let inner): return negation(of: inner)
    case .isNil(let inner):
      if case .field(let field) = inner.kind { return .isNil(field) }
      return .valueIsNil(value(inner))
    case .isNotNil(let inner):
      if case .field(let field) = inner.kind { return .isNotNil(field) }
      return .not(.valueIsNil(value(inner)))
    case .binary(.and, let left, let right): return .and([operand(left), operand(right)])
    case .binary(.or, let left, let right): return .or([operand(left), operand(right)])
    case .binary(.compare(let op), let left, let right): return comparison(op, left, right)
    case .binary(.arithmetic, _, _): return .truth(value(expression))
    }
  }

  /// An operand of `&&` or `||`, where one true element of an array is enough (traceql.md 5.5).
  private mutating func operand(_ expression: FieldExpression) -> Predicate {
    guard case .field(let field) = expression.kind else { return predicate(expression) }
    return test(field, .equal, .bool(true))
  }

  private mutating func test(
    _ field: Field, _ op: ComparisonOperator, _ literal: Literal
  ) -> Predicate {
    nextID += 1
    return .test(field, LiteralTest(op, literal, id: nextID))
  }

  private mutating func negation(of inner: FieldExpression) -> Predicate {
    // A field that is not a boolean has no negation: the result is nil, which is not true.
    if case .field(let field) = inner.kind {
      return .and([test(field, .equal, .bool(false)), .truth(.not(.field(field)))])
    }
    if inner.isPredicate { return .not(predicate(inner)) }
    return .truth(.not(value(inner)))
  }

  private mutating func comparison(
    _ op: ComparisonOperator, _ left: FieldExpression, _ right: FieldExpression
  ) -> Predicate {
    switch (left.kind, right.kind) {
    case (.field(let field), .literal(let literal)): return test(field, op, literal)
    case (.literal(let literal), .field(let field)) where op != .matches && op != .notMatches:
      return test(field, op.mirrored, literal)
    case (_, .literal(.bool(let wanted))) where left.isPredicate:
      return equivalence(op, predicate(left), wanted)
    case (.literal(.bool(let wanted)), _) where right.isPredicate:
      return equivalence(op, predicate(right), wanted)
    default:
      let isOfIDs = (op == .equal || op == .notEqual) && (left.isIdentifier || right.isIdentifier)
      return isOfIDs
        ? .compare(op, .identifier(value(left)), .identifier(value(right)))
        : .compare(op, value(left), value(right))
    }
  }

  /// `(a = 1) = false` and its kin.
  private func equivalence(
    _ op: ComparisonOperator, _ inner: Predicate, _ wanted: Bool
  ) -> Predicate {
    switch op {
    case .equal: wanted ? inner : .not(inner)
    case .notEqual: wanted ? .not(inner) : inner
    default: .constant(false)
    }
  }

  mutating func value(_ expression: FieldExpression) -> ValueExpression {
    switch expression.kind {
    case .literal(let literal): return .literal(Value(literal))
    case .field(let field): return .field(field)
    case .negate(let inner): return .negate(value(inner))
    case .not(let inner):
      return inner.isPredicate ? .predicate(.not(predicate(inner))) : .not(value(inner))
    case .binary(.arithmetic(let op), let left, let right):
      return .arithmetic(op, value(left), value(right))
    case .binary, .isNil, .isNotNil: return .predicate(predicate(expression))
    }
  }
}

extension FieldExpression {
  fileprivate var isIdentifier: Bool {
    guard case .field(.intrinsic(let intrinsic)) = kind else { return false }
    return intrinsic.isIdentifier
  }

  /// Whether the expression is always true or false, never nil.
  fileprivate var isPredicate: Bool {
    switch kind {
    case .literal(.bool), .isNil, .isNotNil: true
    case .binary(.and, _, _), .binary(.or, _, _), .binary(.compare, _, _): true
    case .not(let inner): inner.isPredicate
    default: false
    }
  }
}
