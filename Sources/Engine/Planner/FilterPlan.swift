import TraceQL

/// One `{ … }` of the query, its conjuncts sorted by what they need.
struct FilterPlan: Sendable {
  /// Position among the filters of the query.
  let id: Int
  let expression: FieldExpression
  /// Parts that only read fields of the span, its resource, scope, trace or parent.
  let spanParts: [Predicate]
  /// Parts that speak of one event and one link, to be satisfied together.
  let correlatedParts: [Predicate]

  init(id: Int, _ expression: FieldExpression, _ builder: inout PredicateBuilder) {
    self.id = id
    self.expression = expression
    let parts = builder.predicate(expression).conjuncts
    spanParts = parts.filter { !$0.usesEvents && !$0.usesLinks }.sorted {
      $0.costRank < $1.costRank
    }
    correlatedParts = parts.filter { $0.usesEvents || $0.usesLinks }
  }

  /// `{ }`: keeps everything.
  var keepsAll: Bool {
    correlatedParts.isEmpty
      && spanParts.allSatisfy { if case .constant(true) = $0 { true } else { false } }
  }

  /// `{ false }`: keeps nothing, whatever the data.
  var keepsNothing: Bool {
    spanParts.contains { if case .constant(false) = $0 { true } else { false } }
  }
}

extension Predicate {
  /// Cheaper and usually more selective parts first: one value a trace, small integers, codes,
  /// lists.
  var costRank: Int {
    switch self {
    case .constant: 0
    case .test(let field, _), .isNil(let field), .isNotNil(let field): field.costRank
    case .and(let parts), .or(let parts): parts.map(\.costRank).max() ?? 0
    case .not(let inner): inner.costRank + 1
    case .compare, .valueIsNil, .truth: 50
    }
  }
}

extension Field {
  fileprivate var costRank: Int {
    switch self {
    case .intrinsic(let intrinsic):
      switch intrinsic {
      case .traceDuration, .rootName, .rootServiceName, .traceID: 1
      case .status: 2
      case .duration: 3
      case .name: 4
      case .kind: 5
      case .childCount, .parent: 40
      default: 8
      }
    case .attribute(let attribute):
      switch attribute.scope {
      case .resource: attribute.name == "service.name" ? 6 : 12
      case .span: 10
      case .unscoped: 20
      case .instrumentation: 11
      case .event, .link: 15
      case .parent, .parentSpan, .parentResource: 30
      }
    }
  }
}
