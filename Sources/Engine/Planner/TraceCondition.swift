import Columns
import Storage
import TraceQL

/// What a trace must contain to be able to match: a necessary condition in terms of single columns,
/// decided without reading levels where nothing matches (traceql.md, appendix C).
indirect enum TraceCondition: Sendable {
  /// Nothing known: every trace may match.
  case always
  case never
  case probe(RowProbe, description: String)
  case all([TraceCondition])
  case any([TraceCondition])

  init(_ stages: [StagePlan], _ filters: [FilterPlan]) {
    var parts: [TraceCondition] = []
    for stage in stages {
      switch stage {
      case .spanset(let expression): parts.append(TraceCondition(expression, filters))
      case .scalarFilter(let left, _, let right):
        if left.hasPipeline || right.hasPipeline {
          self = .all(parts).simplified
          return
        }
      case .scalar(let scalar, _):
        if scalar.hasPipeline {
          self = .all(parts).simplified
          return
        }
      case .groupBy, .coalesce, .select: break
      }
    }
    self = TraceCondition.all(parts).simplified
  }

  private init(_ expression: SpansetPlan, _ filters: [FilterPlan]) {
    switch expression {
    case .filter(let id):
      let filter = filters[id]
      self = .all((filter.spanParts + filter.correlatedParts).map { TraceCondition($0) })
    case .pipeline(let stages): self = TraceCondition(stages, filters)
    case .operation(let op, let left, let right):
      let right = TraceCondition(right, filters)
      switch op {
      case .or: self = .any([TraceCondition(left, filters), right])
      case .notChild, .notDescendant, .notParent, .notAncestor, .notSibling: self = right
      default: self = .all([TraceCondition(left, filters), right])
      }
    }
  }

  init(_ predicate: Predicate) {
    switch predicate {
    case .constant(let value): self = value ? .always : .never
    case .and(let parts): self = .all(parts.map { TraceCondition($0) })
    case .or(let parts): self = .any(parts.map { TraceCondition($0) })
    case .test(let field, let test): self = TraceCondition(field, test)
    case .isNil, .isNotNil, .not, .compare, .valueIsNil, .truth: self = .always
    }
  }

  private init(_ field: Field, _ test: LiteralTest) {
    guard let condition = test.probeCondition else {
      self = .always
      return
    }
    let description = "\(field.description) \(test.op.rawValue) \(test.printedLiteral)"
    func probe(_ target: RowProbe.Target) -> TraceCondition {
      .probe(RowProbe(target: target, condition: condition), description: description)
    }
    switch field {
    case .intrinsic(let intrinsic):
      // IDs are compared as text, statuses and kinds as codes: their columns hold neither.
      guard let column = intrinsic.column, !intrinsic.isIdentifier, intrinsic != .status,
        intrinsic != .kind
      else {
        self = .always
        return
      }
      self = probe(.column(column))
    case .attribute(let attribute):
      switch attribute.scope {
      case .unscoped, .parent:
        self = .any([
          probe(.attribute(.span, attribute.name)), probe(.attribute(.resource, attribute.name)),
        ])
        if field.parentIntrinsic != nil { self = .always }
      case .parentSpan: self = probe(.attribute(.span, attribute.name))
      case .parentResource: self = probe(.attribute(.resource, attribute.name))
      default:
        guard let scope = attribute.scope.storage else {
          self = .always
          return
        }
        self = probe(.attribute(scope, attribute.name))
      }
    }
  }

  /// The same condition without parts that decide nothing.
  var simplified: TraceCondition {
    switch self {
    case .always, .never, .probe: return self
    case .all(let parts):
      let parts = parts.map(\.simplified).filter { if case .always = $0 { false } else { true } }
      if parts.contains(where: { if case .never = $0 { true } else { false } }) { return .never }
      return parts.isEmpty ? .always : parts.count == 1 ? parts[0] : .all(parts)
    case .any(let parts):
      let parts = parts.map(\.simplified).filter { if case .never = $0 { false } else { true } }
      if parts.contains(where: { if case .always = $0 { true } else { false } }) { return .always }
      return parts.isEmpty ? .never : parts.count == 1 ? parts[0] : .any(parts)
    }
  }
}

extension LiteralTest {
  /// The test as storage can decide it; nil where a missing match proves nothing.
  var probeCondition: RowProbe.Condition? {
    if isNegated || op == .notMatches { return nil }
    switch literal {
    case .string(let value):
      guard let text else { return nil }
      return .text(exactly: op == .equal ? Array(value.utf8) : nil) { text.passing($0) }
    case .int, .float, .duration: return .number(int: ints, double: doubles)
    case .bool, .status, .kind: return nil
    }
  }

  var printedLiteral: String { FieldExpression(.literal(literal)).description }
}
