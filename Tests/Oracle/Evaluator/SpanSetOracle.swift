import TraceQL

/// Spans of one trace, and what stages noted about them (traceql.md 3.1).
struct SpanSetOracle {
  /// Numbers of spans in the trace, ascending.
  var spans: [Int]
  var attributes: [(key: String, value: OracleValue)] = []

  /// Values of `by`, which say what set this is.
  var groupKey: [String] { groupValues.map(\.description) }

  var groupValues: [OracleValue] {
    attributes.filter { $0.key.hasPrefix("by(") }.map(\.value)
  }
}

/// Spanset expressions: traceql.md 6.
extension PipelineOracle {
  /// The spans of `input` that the expression gives.
  func spans(_ expression: SpansetExpression, from input: [Int]) -> [Int] {
    switch expression {
    case .filter(let filter):
      return input.filter { Place(trace, $0).passes(filter) }
    case .pipeline(let pipeline):
      let sets = run(pipeline, on: [SpanSetOracle(spans: input)])
      return Set(sets.flatMap(\.spans)).sorted()
    case .operation(let op, let left, let right):
      return combine(op, spans(left, from: input), spans(right, from: input))
    }
  }

  private func combine(_ op: SpansetOperator, _ left: [Int], _ right: [Int]) -> [Int] {
    switch op {
    case .and: return left.isEmpty || right.isEmpty ? [] : Set(left + right).sorted()
    case .or: return Set(left + right).sorted()
    default: break
    }
    let relation = self.relation(op)
    let related = right.filter { r in left.contains { relation(r, $0) } }
    switch op {
    case .child, .descendant, .parent, .ancestor, .sibling:
      return related
    case .notChild, .notDescendant, .notParent, .notAncestor, .notSibling:
      return right.filter { !related.contains($0) }
    default:
      let partners = left.filter { l in right.contains { relation($0, l) } }
      return Set(related + partners).sorted()
    }
  }

  /// Whether a span of the right side stands in the operator's relation to one of the left.
  private func relation(_ op: SpansetOperator) -> (_ r: Int, _ l: Int) -> Bool {
    let tree = trace.tree
    switch op {
    case .child, .notChild, .unionChild: return { tree.isChild($0, of: $1) }
    case .descendant, .notDescendant, .unionDescendant: return { tree.isDescendant($0, of: $1) }
    case .parent, .notParent, .unionParent: return { tree.isChild($1, of: $0) }
    case .ancestor, .notAncestor, .unionAncestor: return { tree.isDescendant($1, of: $0) }
    case .sibling, .notSibling, .unionSibling: return { tree.areSiblings($0, $1) }
    case .and, .or: return { _, _ in false }
    }
  }
}
