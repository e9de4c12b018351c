/// A tag filter as OR of ANDs (traceql.md 10): each group is the list of simple conditions that
/// must all hold on one span. Never empty, and no group is empty (that would be "no filter").
package struct ConditionGroups: Sendable, Equatable {
  /// Each condition is `field op literal`, `field != nil` or `field = nil`.
  package var groups: [[FieldExpression]]

  package init(groups: [[FieldExpression]]) { self.groups = groups }

  /// The same as one filter expression: `(a && b) || (c && d)`.
  package var expression: FieldExpression {
    let alternatives = groups.map { group in
      group.dropFirst().reduce(group[0]) { FieldExpression(.binary(.and, $0, $1)) }
    }
    return alternatives.dropFirst().reduce(alternatives[0]) {
      FieldExpression(.binary(.or, $0, $1))
    }
  }
}
