import TraceQL

/// Field expressions: traceql.md 5.
extension Place {
  /// Whether a filter keeps the span: there is one event and one link for which it is true (5.9).
  func passes(_ expression: FieldExpression) -> Bool {
    let fields = expression.allFields
    return choices(
      events: fields.contains(where: \.isOfEvent), links: fields.contains(where: \.isOfLink)
    )
    .contains { $0.value(expression).isTrue }
  }

  func value(_ expression: FieldExpression) -> OracleValue {
    switch expression.kind {
    case .literal(let literal): return OracleValue(literal)
    case .field(let field): return value(field)
    case .negate(let operand): return Arithmetic.negate(value(operand))
    case .not(let operand):
      if case .bool(let value) = value(operand) { return .bool(!value) }
      return .none
    case .isNil(let operand): return .bool(value(operand).isNil)
    case .isNotNil(let operand): return .bool(!value(operand).isNil)
    case .binary(.and, let a, let b):
      return .bool(isTrue(a) && isTrue(b))
    case .binary(.or, let a, let b):
      return .bool(isTrue(a) || isTrue(b))
    case .binary(.arithmetic(let op), let a, let b): return Arithmetic.apply(op, value(a), value(b))
    case .binary(.compare(let op), let a, let b): return .bool(compare(op, a, b))
    }
  }

  /// As an operand of `&&` and `||`, where a field stands for `field = true`: of an array one
  /// element is enough (5.5, 5.6).
  private func isTrue(_ operand: FieldExpression) -> Bool {
    if value(operand).isTrueOrHoldsTrue { return true }
    return operand.field.flatMap(otherServiceName)?.isTrueOrHoldsTrue ?? false
  }

  private func compare(_ op: ComparisonOperator, _ a: FieldExpression, _ b: FieldExpression) -> Bool
  {
    let comparison = Comparison(op: op)
    var (left, right) = (value(a), value(b))
    if op == .equal || op == .notEqual, a.isID || b.isID {
      // IDs are equal whatever their case and leading zeros.
      left = left.normalID
      right = right.normalID
    }
    if comparison.holds(left, right) { return true }
    if let field = a.field, b.isLiteralOtherThanText, let other = otherServiceName(field) {
      return comparison.holds(other, right)
    }
    if let field = b.field, a.isLiteralOtherThanText, let other = otherServiceName(field) {
      return comparison.holds(left, other)
    }
    return false
  }
}

extension OracleValue {
  var isTrue: Bool { if case .bool(true) = self { true } else { false } }

  fileprivate var isTrueOrHoldsTrue: Bool {
    if case .array(let elements) = self { return elements.contains(where: \.isTrue) }
    return isTrue
  }

  fileprivate var normalID: OracleValue {
    if case .string(let text) = self, let normal = HexID.normal(text) { return .string(normal) }
    if case .array(let elements) = self { return .array(elements.map(\.normalID)) }
    return self
  }
}

extension FieldExpression {
  var field: Field? { if case .field(let field) = kind { field } else { nil } }

  fileprivate var isID: Bool {
    switch field {
    case .intrinsic(let intrinsic):
      [.spanID, .parentID, .traceID, .linkTraceID, .linkSpanID].contains(intrinsic)
    default: false
    }
  }

  fileprivate var isLiteralOtherThanText: Bool {
    guard case .literal(let literal) = kind else { return false }
    if case .string = literal { return false }
    return true
  }

  /// Every field in the expression, from left to right.
  var allFields: [Field] {
    switch kind {
    case .literal: []
    case .field(let field): [field]
    case .negate(let x), .not(let x), .isNil(let x), .isNotNil(let x): x.allFields
    case .binary(_, let a, let b): a.allFields + b.allFields
    }
  }
}

extension Field {
  var isOfEvent: Bool {
    switch self {
    case .attribute(let attribute): attribute.scope == .event
    case .intrinsic(let intrinsic): intrinsic == .eventName || intrinsic == .eventTimeSinceStart
    }
  }

  var isOfLink: Bool {
    switch self {
    case .attribute(let attribute): attribute.scope == .link
    case .intrinsic(let intrinsic): intrinsic == .linkTraceID || intrinsic == .linkSpanID
    }
  }
}
