extension LenientParser {
  /// Most groups of one tag filter.
  package static let groupsMax = 100

  /// A tag filter as OR of ANDs; nil where it filters nothing: not a query, not a plain filter
  /// first, or some alternative without a condition.
  ///
  /// The limit counts double when `tag` has no scope, because it is then looked up twice.
  package static func conditionGroups(
    _ text: String, for tag: Field? = nil, dialect: Dialect = .extended
  ) throws(ConditionGroupError) -> ConditionGroups? {
    let parsed = parse(text, dialect: dialect)
    guard parsed.isValid, case .pipeline(let pipeline)? = parsed.query?.body,
      let filter = firstFilter(pipeline)
    else { return nil }
    var isUnscoped = false
    if case .attribute(let attribute)? = tag { isUnscoped = attribute.scope == .unscoped }
    let limit = isUnscoped ? groupsMax / 2 : groupsMax
    let groups = try alternatives(filter, limit: limit)
    guard !groups.contains([]) else { return nil }
    return ConditionGroups(groups: groups)
  }

  private static func firstFilter(_ pipeline: Pipeline) -> FieldExpression? {
    switch pipeline.stages.first {
    case .spanset(.filter(let filter)), .fieldFilter(let filter): filter
    case .spanset(.pipeline(let inner)): firstFilter(inner)
    default: nil
    }
  }

  /// Disjunctive normal form. A part that gives no condition is an empty group.
  private static func alternatives(
    _ expression: FieldExpression, limit: Int
  ) throws(ConditionGroupError) -> [[FieldExpression]] {
    switch expression.kind {
    case .binary(.or, let left, let right):
      let left = try alternatives(left, limit: limit)
      let right = try alternatives(right, limit: limit)
      // An alternative without a condition lets everything through, whatever the others say.
      if left.contains([]) || right.contains([]) { return [[]] }
      return try unique(left + right, limit: limit)
    case .binary(.and, let left, let right):
      let left = try alternatives(left, limit: limit)
      let right = try alternatives(right, limit: limit)
      var products: [[FieldExpression]] = []
      for a in left {
        for b in right { products.append(a + b.filter { !a.contains($0) }) }
        if products.count > limit { products = try unique(products, limit: limit) }
      }
      return try unique(products, limit: limit)
    default:
      return [condition(expression).map { [$0] } ?? []]
    }
  }

  private static func unique(
    _ groups: [[FieldExpression]], limit: Int
  ) throws(ConditionGroupError) -> [[FieldExpression]] {
    var result: [[FieldExpression]] = []
    for group in groups where !result.contains(group) {
      result.append(group)
      guard result.count <= limit else { throw .tooManyGroups(limit: groupsMax) }
    }
    return result
  }

  /// A comparison of a field with a literal, the field first, or a nil test; nil for the rest.
  private static func condition(_ expression: FieldExpression) -> FieldExpression? {
    switch expression.kind {
    case .isNil(let inner), .isNotNil(let inner): return inner.isField ? expression : nil
    case .binary(.compare(let comparison), let left, let right):
      if left.isField, right.literal != nil { return expression }
      guard left.literal != nil, right.isField, !comparison.isPattern else { return nil }
      return FieldExpression(
        .binary(.compare(comparison.mirrored), right, left), range: expression.range)
    default: return nil
    }
  }
}

extension FieldExpression {
  /// Whether the expression is an attribute or intrinsic and nothing else.
  fileprivate var isField: Bool {
    if case .field = kind { return true }
    return false
  }
}
