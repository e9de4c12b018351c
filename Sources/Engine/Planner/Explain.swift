import Parquet
import Storage
import TraceQL

/// Plans as text: what is computed, what decides early, and what is read where.
struct Explain {
  let query: Query
  let plan: SearchPlan

  /// The stages, last one on top, as the tree they are.
  func logical() -> String {
    var lines = ["logical plan"]
    var depth = 0
    let shown = plan.namesSpans || !plan.echoedFields.isEmpty
    let listed = (plan.namesSpans ? ["name"] : []) + plan.echoedFields.map(\.description)
    add(
      "newest traces" + (shown ? ", listing \(listed.joined(separator: ", "))" : ""), &lines, &depth
    )
    for stage in pipeline.stages.reversed() { add(stage.explained, &lines, &depth) }
    if !startsWithSpans { add("all spans of each trace", &lines, &depth) }
    return lines.joined(separator: "\n")
  }

  /// What the rewritten plan decides before evaluating everything.
  func pruning() -> String {
    var lines = ["pruning"]
    lines.append("├─ a trace must have: \(plan.condition.explained)")
    lines.append("└─ filters that narrow, in this order:")
    for id in plan.necessaryFilters where !plan.filters[id].keepsAll {
      let filter = plan.filters[id]
      lines.append("   ├─ { \(filter.expression.description) }")
      for part in filter.spanParts { lines.append("   │  ├─ \(part.explained)") }
      if !filter.correlatedParts.isEmpty {
        let parts = filter.correlatedParts.map(\.explained).joined(separator: " and ")
        lines.append("   │  └─ for one event and one link: \(parts)")
      }
    }
    if plan.necessaryFilters.allSatisfy({ plan.filters[$0].keepsAll }) {
      lines.append("   └─ none: every trace is evaluated")
    }
    return lines.joined(separator: "\n")
  }

  /// Where each field comes from in one block.
  func physical(_ source: ScanSource, name: String) -> String {
    let groups = source.file.file.rowGroups
    let rows = groups.reduce(0) { $0 + $1.rowCount }
    var lines = [
      "block \(name): \(source.file.schema.version.rawValue), \(groups.count) row groups, "
        + "\(rows) traces"
    ]
    let fields = fieldsInOrder
    for (i, field) in fields.enumerated() {
      let branch = i == fields.count - 1 ? "└─" : "├─"
      lines.append("\(branch) \(field.description): \(place(of: field, source))")
    }
    return lines.joined(separator: "\n")
  }

  // MARK: Parts

  private var pipeline: Pipeline {
    switch query.body {
    case .pipeline(let pipeline): pipeline
    case .metrics(let metrics): metrics.firstPipeline
    }
  }

  private var startsWithSpans: Bool {
    if case .spanset? = pipeline.stages.first { true } else { false }
  }

  private func add(_ text: String, _ lines: inout [String], _ depth: inout Int) {
    lines.append(String(repeating: "   ", count: depth) + "└─ " + text)
    depth += 1
  }

  private var fieldsInOrder: [Field] {
    var seen: Set<Field> = []
    let all =
      plan.filters.flatMap { ($0.spanParts + $0.correlatedParts).flatMap(\.fields) }
      + (plan.namesSpans ? [.intrinsic(.name)] : []) + plan.echoedFields
    return all.filter { seen.insert($0).inserted }
  }

  private func place(of field: Field, _ source: ScanSource) -> String {
    let schema = source.file.schema
    switch field {
    case .intrinsic(let intrinsic):
      guard let column = intrinsic.column else { return "computed" }
      return schema.leaf(column).map { "column \($0.name)" } ?? "computed (no column)"
    case .attribute(let attribute):
      let scopes =
        attribute.scope.storage.map { [$0] } ?? field.withoutParent.placesOfUnscoped
      let places = scopes.map { scope in
        let direct = schema.directColumn(scope, attribute.name).map {
          ($0.isDedicated ? "dedicated" : "fixed") + " column \($0.leaf.name), then "
        }
        return (direct ?? "") + "list of \(scope.name) attributes"
      }
      return places.joined(separator: "; ")
    }
  }
}

extension Field {
  fileprivate var placesOfUnscoped: [AttributeScope] {
    guard case .attribute(let attribute) = self else { return [] }
    return attribute.scope.storage.map { [$0] } ?? [.span, .resource]
  }
}

extension Stage {
  var explained: String {
    switch self {
    case .spanset(.filter(let expression)): "filter { \(expression.description) }"
    case .spanset(.operation(let op, _, _)):
      op.structure == nil ? "combine \(description)" : "relate \(description)"
    case .spanset(.pipeline): "pipeline \(description)"
    case .scalarFilter: "keep spansets with \(description)"
    case .scalar: "append \(description)"
    case .fieldFilter(let expression): "filter { \(expression.description) }"
    case .groupBy: "group \(description)"
    case .coalesce: "join the spansets of each trace"
    case .select: "list \(description)"
    }
  }
}

extension Predicate {
  var explained: String {
    switch self {
    case .constant(let value): "\(value)"
    case .test(let field, let test):
      "\(field.description) \(test.op.rawValue) \(test.printedLiteral)"
    case .isNil(let field): "\(field.description) = nil"
    case .isNotNil(let field): "\(field.description) != nil"
    case .and(let parts): "(" + parts.map(\.explained).joined(separator: " && ") + ")"
    case .or(let parts): "(" + parts.map(\.explained).joined(separator: " || ") + ")"
    case .not(let inner): "!\(inner.explained)"
    case .compare(let op, let left, let right):
      "value by value: \(left.explained) \(op.rawValue) \(right.explained)"
    case .valueIsNil(let value): "\(value.explained) = nil"
    case .truth(let value): "\(value.explained) is true"
    }
  }
}

extension ValueExpression {
  var explained: String {
    switch self {
    case .literal(let value): "\(value)"
    case .field(let field): field.description
    case .negate(let inner): "-\(inner.explained)"
    case .not(let inner): "!\(inner.explained)"
    case .arithmetic(let op, let left, let right):
      "(\(left.explained) \(op.rawValue) \(right.explained))"
    case .predicate(let predicate): "(\(predicate.explained))"
    case .identifier(let inner): inner.explained
    }
  }
}

extension TraceCondition {
  var explained: String {
    switch self {
    case .always: "nothing in particular"
    case .never: "the impossible: no trace matches"
    case .probe(_, let description): description
    case .all(let parts): parts.map(\.explained).joined(separator: " and ")
    case .any(let parts): "(" + parts.map(\.explained).joined(separator: " or ") + ")"
    }
  }
}
