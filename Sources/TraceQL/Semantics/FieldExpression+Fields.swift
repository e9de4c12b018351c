extension FieldExpression {
  /// Whether the expression mentions anything of a span.
  package var hasField: Bool { contains { if case .field = $0 { true } else { false } } }

  /// Whether the expression mentions that intrinsic.
  package func mentions(_ intrinsic: Intrinsic) -> Bool {
    contains { $0 == .field(.intrinsic(intrinsic)) }
  }

  var containsDuration: Bool {
    contains { if case .literal(.duration) = $0 { true } else { false } }
  }

  /// Whether any node satisfies `condition`.
  func contains(where condition: (Kind) -> Bool) -> Bool {
    if condition(kind) { return true }
    switch kind {
    case .literal, .field: return false
    case .negate(let inner), .not(let inner), .isNil(let inner), .isNotNil(let inner):
      return inner.contains(where: condition)
    case .binary(_, let left, let right):
      return left.contains(where: condition) || right.contains(where: condition)
    }
  }
}
