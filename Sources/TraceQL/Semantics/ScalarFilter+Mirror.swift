extension ScalarFilter {
  /// `count() > 1` for `1 < count()`; nil unless a constant stands alone on the left.
  var mirrored: ScalarFilter? {
    guard case .literal = left, case .aggregate = right else { return nil }
    return ScalarFilter(left: right, comparison: comparison.mirrored, right: left)
  }
}

extension ComparisonOperator {
  /// The operator that says the same with its operands exchanged.
  package var mirrored: ComparisonOperator {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    case .equal, .notEqual, .matches, .notMatches: self
    }
  }
}
