/// One field compared with one constant, the field on the left.
struct FieldTest: Equatable {
  var field: Field
  var comparison: ComparisonOperator
  var literal: Literal

  init(field: Field, comparison: ComparisonOperator, literal: Literal) {
    self.field = field
    self.comparison = comparison
    self.literal = literal
  }

  /// nil where the expression is anything else.
  init?(_ expression: FieldExpression) {
    guard case .binary(.compare(let comparison), let left, let right) = expression.kind else {
      return nil
    }
    if case .field(let field) = left.kind, let literal = right.literal {
      self.init(field: field, comparison: comparison, literal: literal)
    } else if case .field(let field) = right.kind, let literal = left.literal {
      self.init(field: field, comparison: comparison.mirrored, literal: literal)
    } else {
      return nil
    }
  }

  /// The test that holds of a value exactly if this one does not; nil for patterns.
  var opposite: FieldTest? {
    let opposite: ComparisonOperator? =
      switch comparison {
      case .equal: .notEqual
      case .notEqual: .equal
      case .less: .greaterOrEqual
      case .lessOrEqual: .greater
      case .greater: .lessOrEqual
      case .greaterOrEqual: .less
      case .matches, .notMatches: nil
      }
    return opposite.map { FieldTest(field: field, comparison: $0, literal: literal) }
  }

  /// Whether one value can never satisfy both; false where that is not known.
  func excludes(_ other: FieldTest) -> Bool {
    guard field == other.field else { return false }
    switch (comparison, other.comparison) {
    case (.equal, _): return other.isFalse(of: literal)
    case (_, .equal): return isFalse(of: other.literal)
    case (.less, .greater), (.less, .greaterOrEqual), (.lessOrEqual, .greater),
      (.lessOrEqual, .greaterOrEqual):
      return Self.isGap(below: self, above: other)
    case (.greater, .less), (.greaterOrEqual, .less), (.greater, .lessOrEqual),
      (.greaterOrEqual, .lessOrEqual):
      return Self.isGap(below: other, above: self)
    default: return false
    }
  }

  /// Whether `value` is known not to satisfy the test.
  private func isFalse(of value: Literal) -> Bool {
    let comparison = FieldExpression(
      .binary(
        .compare(comparison), FieldExpression(.literal(value)), FieldExpression(.literal(literal))))
    return ConstantFolding.foldedNode(comparison).literal == .bool(false)
  }

  /// Whether nothing lies below one bound and above the other.
  private static func isGap(below: FieldTest, above: FieldTest) -> Bool {
    // What one literal is compared with the other: no answer (status, kind) means no gap.
    let lower = FieldTest(field: above.field, comparison: .greaterOrEqual, literal: above.literal)
    if lower.isFalse(of: below.literal) { return true }
    let touches = FieldTest(field: above.field, comparison: .notEqual, literal: above.literal)
    let includesBoth = below.comparison == .lessOrEqual && above.comparison == .greaterOrEqual
    return touches.isFalse(of: below.literal) && !includesBoth
  }
}

extension Field {
  /// Whether a span has exactly one value, never nil.
  var isSingle: Bool {
    switch self {
    case .attribute(Attribute(.resource, "service.name")): return true
    case .attribute: return false
    case .intrinsic(let intrinsic):
      switch intrinsic {
      case .eventName, .eventTimeSinceStart, .linkTraceID, .linkSpanID, .parent,
        .instrumentationName, .instrumentationVersion:
        return false
      case .duration, .name, .status, .statusMessage, .kind, .spanID, .parentID, .childCount,
        .traceDuration, .rootName, .rootServiceName, .traceID, .nestedSetLeft, .nestedSetRight,
        .nestedSetParent:
        return true
      }
    }
  }
}
