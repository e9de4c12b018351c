import TraceQL

/// Which fields are listed with a span: traceql.md 8.5.
struct Echo {
  private var fields: [Field] = []
  private var filters: [FieldExpression] = []
  private var namesSpans = false

  init(_ pipelines: [Pipeline]) {
    for pipeline in pipelines { add(pipeline) }
    namesSpans = fields.contains(.intrinsic(.name))
  }

  func listed(_ trace: OracleTrace, _ number: Int) -> OracleMatch.Listed {
    let place = Place(trace, number)
    let witnesses = filters.compactMap { place.witness($0) }
    var seen: Set<[String]> = []
    var attributes: [(key: String, value: OracleValue)] = []
    for field in fields {
      guard let (scope, key) = place.resolved(field), seen.insert([scope, key]).inserted else {
        continue
      }
      let from = witnesses.last { $0.fields.contains(field) }?.place ?? place
      let value = from.value(field)
      if !value.isNil { attributes.append((key, value)) }
    }
    let stored = place.span.stored
    return OracleMatch.Listed(
      id: stored.id, name: namesSpans ? stored.name : nil, start: stored.start,
      duration: stored.duration, attributes: attributes)
  }

  // MARK: References

  private mutating func add(_ pipeline: Pipeline) {
    for stage in pipeline.stages {
      switch stage {
      case .spanset(let expression): add(expression)
      case .fieldFilter(let filter): add(filter: filter)
      case .scalarFilter(let filter):
        add(filter.left)
        add(filter.right)
      case .scalar(let scalar): add(scalar)
      case .groupBy(let expressions), .select(let expressions):
        for expression in expressions { fields += expression.allFields }
      case .coalesce: break
      }
    }
  }

  private mutating func add(_ expression: SpansetExpression) {
    switch expression {
    case .filter(let filter): add(filter: filter)
    case .operation(_, let a, let b):
      add(a)
      add(b)
    case .pipeline(let pipeline): add(pipeline)
    }
  }

  private mutating func add(filter: FieldExpression) {
    fields += filter.allFields
    filters.append(filter)
  }

  private mutating func add(_ scalar: ScalarExpression) {
    switch scalar {
    case .literal: break
    case .aggregate(let aggregate): fields += aggregate.argument?.allFields ?? []
    case .negate(let x): add(x)
    case .binary(_, let a, let b):
      add(a)
      add(b)
    case .pipeline(let pipeline): add(pipeline)
    }
  }
}

extension Aggregate {
  fileprivate var argument: FieldExpression? {
    switch self {
    case .count: nil
    case .sum(let x), .average(let x), .minimum(let x), .maximum(let x), .quantile(let x, _): x
    }
  }
}

extension Place {
  /// The event and link for which a filter is true: the values it used.
  fileprivate func witness(_ filter: FieldExpression) -> (place: Place, fields: [Field])? {
    let fields = filter.allFields.filter { $0.isOfEvent || $0.isOfLink }
    if fields.isEmpty { return nil }
    let places = choices(
      events: fields.contains(where: \.isOfEvent), links: fields.contains(where: \.isOfLink))
    return places.first { $0.value(filter).isTrue }.map { ($0, fields) }
  }

  /// Where a reference leads, and the key it is listed with; nil for what is not listed.
  fileprivate func resolved(_ field: Field) -> (scope: String, key: String)? {
    switch field {
    case .attribute(let attribute):
      var scope = "\(attribute.scope)"
      if attribute.scope == .unscoped {
        let isOfSpan = span.stored.attributes.contains { $0.key == attribute.name }
        scope = isOfSpan ? "span" : "resource"
      }
      if attribute.scope == .parent {
        let isOfSpan = parent?.span.stored.attributes.contains { $0.key == attribute.name } ?? false
        scope = isOfSpan ? "parentSpan" : "parentResource"
      }
      return (scope, attribute.name)
    case .intrinsic(let intrinsic):
      switch intrinsic {
      case .name, .duration, .traceDuration, .rootName, .rootServiceName, .traceID, .spanID,
        .parent:
        return nil
      default: return ("intrinsic", intrinsic.rawValue)
      }
    }
  }
}
