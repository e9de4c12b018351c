extension FieldExpression: CustomStringConvertible {
  /// Canonical text.
  package var description: String {
    switch kind {
    case .literal(let literal): literal.description
    case .field(let field): field.description
    case .negate(let inner): "-" + inner.wrapped
    case .not(let inner): "!" + inner.wrapped
    case .isNil(let inner): inner.wrapped + " = nil"
    case .isNotNil(let inner): inner.wrapped + " != nil"
    case .binary(let infix, let left, let right):
      left.wrapped(leftOf: infix) + " " + infix.description + " " + right.wrapped
    }
  }

  /// In parentheses, except literals and fields.
  private var wrapped: String {
    switch kind {
    case .literal, .field: description
    default: "(" + description + ")"
    }
  }

  /// A negative number on the left of a product keeps its sign to itself by parentheses.
  private func wrapped(leftOf infix: FieldOperator) -> String {
    guard let literal, literal.printsNegative, case .arithmetic(let arithmetic) = infix,
      arithmetic != .add, arithmetic != .subtract
    else { return wrapped }
    return "(" + description + ")"
  }
}

extension FieldOperator: CustomStringConvertible {
  package var description: String {
    switch self {
    case .and: "&&"
    case .or: "||"
    case .compare(let comparison): comparison.rawValue
    case .arithmetic(let arithmetic): arithmetic.rawValue
    }
  }
}
