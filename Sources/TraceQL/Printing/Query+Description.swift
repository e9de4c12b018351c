extension Query: CustomStringConvertible {
  /// Canonical text; parsing it gives the same query.
  package var description: String {
    let text =
      switch body {
      case .pipeline(let pipeline): pipeline.description
      case .metrics(let expression): expression.description
      }
    guard !hints.isEmpty else { return text }
    return text + " with(" + hints.map { "\($0.name)=\($0.value)" }.joined(separator: ",") + ")"
  }
}

extension Pipeline: CustomStringConvertible {
  package var description: String { stages.map(\.description).joined(separator: "|") }
}

extension Stage: CustomStringConvertible {
  package var description: String {
    switch self {
    case .spanset(let expression): expression.description
    case .scalarFilter(let filter): filter.description
    case .scalar(let expression): expression.description
    case .fieldFilter(let expression): expression.description
    case .groupBy(let keys): "by(" + keys.map(\.description).joined(separator: ", ") + ")"
    case .coalesce: "coalesce()"
    case .select(let fields): "select(" + fields.map(\.description).joined(separator: ", ") + ")"
    }
  }
}

extension SpansetExpression: CustomStringConvertible {
  package var description: String {
    switch self {
    case .filter(let expression): "{ \(expression) }"
    case .pipeline(let pipeline): "(\(pipeline))"
    case .operation(let infix, let left, let right):
      left.wrapped + " " + infix.rawValue + " " + right.wrapped
    }
  }

  private var wrapped: String {
    if case .pipeline = self { return description }
    return "(" + description + ")"
  }
}

extension ScalarFilter: CustomStringConvertible {
  package var description: String {
    left.wrapped + " " + comparison.rawValue + " " + right.wrapped
  }
}

extension ScalarExpression: CustomStringConvertible {
  package var description: String {
    switch self {
    case .literal(let literal): literal.description
    case .aggregate(let aggregate): aggregate.description
    case .negate(let inner): "-" + inner.wrapped
    case .pipeline(let pipeline): "(\(pipeline))"
    case .binary(let infix, let left, let right):
      left.wrapped(leftOf: infix) + " " + infix.rawValue + " " + right.wrapped
    }
  }

  /// In parentheses, except literals, and pipelines, which have their own.
  fileprivate var wrapped: String {
    switch self {
    case .literal, .pipeline: description
    default: "(" + description + ")"
    }
  }

  private func wrapped(leftOf infix: ArithmeticOperator) -> String {
    guard case .literal(let literal) = self, literal.printsNegative, infix != .add,
      infix != .subtract
    else { return wrapped }
    return "(" + description + ")"
  }
}

extension Aggregate: CustomStringConvertible {
  /// The text that is also the key of the value in results: `avg(duration)`.
  package var description: String {
    switch self {
    case .count: "count()"
    case .sum(let expression): "sum(\(expression))"
    case .average(let expression): "avg(\(expression))"
    case .minimum(let expression): "min(\(expression))"
    case .maximum(let expression): "max(\(expression))"
    case .quantile(let expression, let rank): "quantile(\(expression), \(FloatText.format(rank)))"
    }
  }
}
