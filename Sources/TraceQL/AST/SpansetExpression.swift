/// Sets of spans of one trace and how they relate.
package indirect enum SpansetExpression: Sendable, Equatable {
  /// `{ … }`; `{ }` is `{ true }`.
  case filter(FieldExpression)
  case operation(SpansetOperator, SpansetExpression, SpansetExpression)
  /// `( stage | stage )`: the union of the spansets the inner pipeline gives from the same input.
  case pipeline(Pipeline)
}

package enum SpansetOperator: String, Sendable, CaseIterable {
  case and = "&&"
  case or = "||"
  case child = ">"
  case descendant = ">>"
  case parent = "<"
  case ancestor = "<<"
  case sibling = "~"
  case notChild = "!>"
  case notDescendant = "!>>"
  case notParent = "!<"
  case notAncestor = "!<<"
  case notSibling = "!~"
  case unionChild = "&>"
  case unionDescendant = "&>>"
  case unionParent = "&<"
  case unionAncestor = "&<<"
  case unionSibling = "&~"
}
