/// Filters: how their conditions get along with each other.
extension QueryLint {
  /// Checks an expression that keeps the spans of which it is true.
  mutating func checkFilter(_ filter: FieldExpression) {
    checkCondition(filter)
    if let test = missingTest(filter) { warnMissing(filter, test) }
    // `{ true }` and `{ }` are how one says "every span".
    if case .literal(.bool(let value)) = filter.kind { checkConstant(value, filter, isAlone: true) }
  }

  private mutating func checkConstant(_ value: Bool, _ part: FieldExpression, isAlone: Bool) {
    let written = text(part.range)
    if !value {
      warn(.alwaysFalse(written), at: part.range)
    } else if !isAlone || written != "true" && !written.isEmpty && !written.hasPrefix("{") {
      warn(.alwaysTrue(written), at: part.range)
    }
  }

  /// A part of a filter that is true or not.
  private mutating func checkCondition(_ expression: FieldExpression) {
    switch expression.kind {
    case .binary(.and, _, _): checkParts(expression, of: .and)
    case .binary(.or, _, _): checkParts(expression, of: .or)
    case .not(let inner):
      if dialect == .tempo, case .binary(.compare, _, _) = inner.kind {
        warn(.tempoNegation(expression.description), at: expression.range)
      }
      checkCondition(inner)
    case .binary(.compare, let left, let right):
      checkValue(left)
      checkValue(right)
      checkComparison(expression)
    case .isNil(let inner), .isNotNil(let inner): checkValue(inner)
    case .literal, .field, .negate, .binary: checkValue(expression)
    }
  }

  /// The operands of a chain of `&&` or of `||`.
  private mutating func checkParts(_ expression: FieldExpression, of infix: FieldOperator) {
    let parts = expression.operands(of: infix)
    for (index, part) in parts.enumerated() {
      checkCondition(part)
      if case .literal(.bool(let value)) = part.kind {
        checkConstant(value, part, isAlone: false)
      }
      // Chains this long are written by programs, which repeat themselves on purpose.
      guard parts.count <= 64 else { continue }
      for earlier in parts[..<index] { checkPair(earlier, part, of: infix) }
    }
    for part in parts { checkMissing(part, among: parts, of: infix) }
  }

  private mutating func checkPair(
    _ a: FieldExpression, _ b: FieldExpression, of infix: FieldOperator
  ) {
    if a == b { return warn(.repeatedCondition(b.description), at: b.range) }
    let texts = (a.description, b.description)
    if a.isOppositeNilTest(of: b) {
      return warn(
        infix == .and ? .contradiction(texts.0, texts.1) : .tautology(texts.0, texts.1), at: b.range
      )
    }
    if infix == .and, let field = a.absentField ?? b.absentField,
      FieldTest(a)?.field == field || FieldTest(b)?.field == field, field.isOncePerSpan
    {
      return warn(.contradiction(texts.0, texts.1), at: b.range)
    }
    guard let first = FieldTest(a), let second = FieldTest(b) else { return }
    if infix == .and, first.excludes(second) {
      if first.field.isSingle {
        warn(.contradiction(texts.0, texts.1), at: b.range)
      } else if first.field.isOncePerSpan {
        warn(.onlyArraysMatch(texts.0, texts.1), at: b.range)
      }
    } else if infix == .or, first.field.isSingle, let x = first.opposite, let y = second.opposite,
      x.excludes(y)
    {
      warn(.tautology(texts.0, texts.1), at: b.range)
    }
  }

  /// `!=` on an attribute, where nothing beside it says that absence was thought of.
  private mutating func checkMissing(
    _ part: FieldExpression, among parts: [FieldExpression], of infix: FieldOperator
  ) {
    guard let test = missingTest(part) else { return }
    let isThoughtOf = parts.contains { other in
      other.absentField == test.field || other.presentField == test.field
        || infix == .and && other != part && FieldTest(other)?.field == test.field
          && FieldTest(other)?.isNegative == false
    }
    if !isThoughtOf { warnMissing(part, test) }
  }

  private func missingTest(_ part: FieldExpression) -> FieldTest? {
    guard let test = FieldTest(part), test.isNegative, !test.field.isSingle,
      case .attribute(let attribute) = test.field, !attribute.scope.isParent,
      test.field.isOncePerSpan
    else { return nil }
    switch test.literal {
    case .status, .kind: return nil  // never true at all, which is said already
    default: return test
    }
  }

  private mutating func warnMissing(_ part: FieldExpression, _ test: FieldTest) {
    let absent = "\(test.field) = nil"
    warn(.missingNotMatched(part.description, absent: absent), at: part.range)
  }
}

extension FieldTest {
  fileprivate var isNegative: Bool { comparison == .notEqual || comparison == .notMatches }
}

extension Field {
  /// Whether a span has at most one value or array for it: not what its events and links have.
  fileprivate var isOncePerSpan: Bool {
    switch self {
    case .intrinsic: return isSingle
    case .attribute(let attribute): return attribute.scope != .event && attribute.scope != .link
    }
  }
}

extension FieldExpression {
  /// Operands of a chain: `a && b && c`.
  func operands(of infix: FieldOperator) -> [FieldExpression] {
    guard case .binary(infix, let left, let right) = kind else { return [self] }
    return left.operands(of: infix) + right.operands(of: infix)
  }

  /// The field of `field = nil`.
  fileprivate var absentField: Field? {
    guard case .isNil(let inner) = kind, case .field(let field) = inner.kind else { return nil }
    return field
  }

  /// The field of `field != nil`.
  fileprivate var presentField: Field? {
    guard case .isNotNil(let inner) = kind, case .field(let field) = inner.kind else { return nil }
    return field
  }

  fileprivate func isOppositeNilTest(of other: FieldExpression) -> Bool {
    guard let field = absentField ?? presentField, field.isOncePerSpan else { return false }
    return absentField == other.presentField && presentField == other.absentField
  }
}
