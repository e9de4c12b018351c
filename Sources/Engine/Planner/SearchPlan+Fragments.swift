import TraceQL

extension SearchPlan {
  /// Whether a trace matches if, and only if, one of its fragments does: the query is one filter,
  /// or several of which any will do, of which each speaks of a single span.
  var findsFragmentsOfAllItFinds: Bool {
    guard case .spanset(let expression)? = stages.first, expression.asksForAnyFilter,
      filters.allSatisfy(\.isOfOneSpan)
    else { return false }
    return stages.dropFirst().allSatisfy { if case .select = $0 { true } else { false } }
  }
}

extension SpansetPlan {
  fileprivate var asksForAnyFilter: Bool {
    switch self {
    case .filter: true
    case .operation(.or, let left, let right): left.asksForAnyFilter && right.asksForAnyFilter
    case .operation, .pipeline: false
    }
  }
}

extension FilterPlan {
  /// Whether it passes a span or not depends on nothing but the span, its resource and its scope.
  fileprivate var isOfOneSpan: Bool {
    (spanParts + correlatedParts).flatMap(\.fields).allSatisfy(\.isOfOneSpan)
  }
}

extension Field {
  fileprivate var isOfOneSpan: Bool {
    switch self {
    case .intrinsic(let intrinsic):
      switch intrinsic {
      case .childCount, .traceDuration, .rootName, .rootServiceName, .nestedSetLeft,
        .nestedSetRight, .nestedSetParent, .parent:
        false
      default: true
      }
    case .attribute(let attribute):
      switch attribute.scope {
      case .parent, .parentSpan, .parentResource: false
      default: true
      }
    }
  }
}
