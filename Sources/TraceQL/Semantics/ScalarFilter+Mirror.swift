extension ScalarFilter {
  /// `count() > 1` for `1 < count()`; nil unless a constant stands alone on the left.
  var mirroredText: String? {
    guard case .literal(let literal) = left, case .aggregate(let aggregate) = right else {
      return nil
    }
    return "\(aggregate) \(comparison.mirrored.rawValue) \(literal)"
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
