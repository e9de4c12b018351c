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
    var builder = GroupBuilder(limit: limit)
    let groups = try builder.groups(of: filter)
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
}
