package import TraceQL

/// Something the answer to a query must satisfy.
package struct CheckExpectation: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// `none`: nothing is found.
    case none
    /// `rows`: something is found.
    case rows
    /// `count`: traces of a search, series of a metrics query.
    case count(NumberTest)
    /// `spans`: matched spans of all traces.
    case spans(NumberTest)
    /// `every value`, `any value`, `last value` of the series.
    case value(Quantifier, NumberTest, orNone: Bool)
    /// `trace`: every trace found has the shape.
    case trace(TraceShape)
  }

  package enum Quantifier: String, Sendable, CaseIterable {
    case every, any, last
  }

  package var kind: Kind
  /// As it was written, on one line.
  package var text: String
  package var line: Int

  package init(_ kind: Kind, text: String, line: Int) {
    self.kind = kind
    self.text = text
    self.line = line
  }
}

/// A test of one number. Lengths of time are seconds, as in the answers of metrics queries.
package enum NumberTest: Sendable, Equatable {
  case compare(ComparisonOperator, Double)
  /// At most that far from the value.
  case within(Double, of: Double)

  package func accepts(_ number: Double) -> Bool {
    switch self {
    case .compare(let comparison, let bound):
      switch comparison {
      case .equal: number == bound
      case .notEqual: number != bound
      case .less: number < bound
      case .lessOrEqual: number <= bound
      case .greater: number > bound
      case .greaterOrEqual: number >= bound
      case .matches, .notMatches: preconditionFailure("numbers have no patterns")
      }
    case .within(let tolerance, let target): abs(number - target) <= tolerance
    }
  }
}

/// Spans that a trace must hold, each below another.
package struct TraceShape: Sendable, Equatable {
  package struct Node: Sendable, Equatable {
    /// What the span must be, and the same as text.
    package var filter: FieldExpression
    package var text: String
    package var line: Int
    /// `no`: there must be no such span.
    package var isForbidden: Bool
    /// `..`: somewhere below; otherwise a direct child. At the top there is no difference.
    package var isAnywhereBelow: Bool
    package var children: [Node]
  }

  package var nodes: [Node]

  /// Every node, those above before those below.
  package var allNodes: [Node] {
    func flat(_ nodes: [Node]) -> [Node] { nodes.flatMap { [$0] + flat($0.children) } }
    return flat(nodes)
  }
}
