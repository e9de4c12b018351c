/// A whole query: what to evaluate, and hints.
package struct Query: Sendable, Equatable {
  package enum Body: Sendable, Equatable {
    case pipeline(Pipeline)
    case metrics(MetricsExpression)
  }

  package var body: Body
  package var hints: [Hint]

  package init(body: Body, hints: [Hint] = []) {
    self.body = body
    self.hints = hints
  }
}

/// `with (name = value)`.
package struct Hint: Sendable, Equatable {
  package var name: String
  package var value: Literal

  package init(name: String, value: Literal) {
    self.name = name
    self.value = value
  }
}

/// Stages from left to right. A pipeline whose first stage is not a spanset expression starts from
/// all spans of the trace.
package struct Pipeline: Sendable, Equatable {
  package var stages: [Stage]

  package init(stages: [Stage]) { self.stages = stages }
}

package indirect enum Stage: Sendable, Equatable {
  /// A filter, or filters and wrapped pipelines joined by operators.
  case spanset(SpansetExpression)
  /// `count() > 2`, and general scalar expressions on both sides.
  case scalarFilter(ScalarFilter)
  /// Extension: a bare aggregate (or scalar expression) as last stage; also how a wrapped pipeline
  /// ends inside a scalar expression.
  case scalar(ScalarExpression)
  /// Extension: `| duration > 800ms`, a filter on the current spans without braces.
  case fieldFilter(FieldExpression)
  /// One expression in Tempo, more as an extension.
  case groupBy([FieldExpression])
  case coalesce
  /// Attributes and intrinsics only.
  case select([FieldExpression])
}

package struct ScalarFilter: Sendable, Equatable {
  package var left: ScalarExpression
  package var comparison: ComparisonOperator
  package var right: ScalarExpression

  package init(left: ScalarExpression, comparison: ComparisonOperator, right: ScalarExpression) {
    self.left = left
    self.comparison = comparison
    self.right = right
  }
}
