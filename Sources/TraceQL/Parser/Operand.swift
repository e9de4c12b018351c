/// A parsed piece of a query before it is known which kind of expression it belongs to.
struct Operand {
  enum Kind {
    case spanset(SpansetExpression)
    /// Stages that do not end in a number: a wrapped pipeline.
    case pipeline(Pipeline)
    case scalar(ScalarExpression)
    /// Stages that end in a number.
    case scalarPipeline(Pipeline)
    case comparison(ScalarFilter)
    case field(FieldExpression)
    case series(MetricsExpression)
  }

  var kind: Kind
  /// Source range, parentheses included.
  var range: SourceRange
  /// Part of it could not be read; nothing more is said about the whole.
  var isBroken = false
  /// A field expression of numbers only, usable as a scalar constant too.
  var isConstant = false
  /// A constant that is a duration.
  var isDuration = false
  /// Height of the tree, bounded so that later walks may recurse.
  var height = 1

  // What Tempo's grammar would make of it.

  /// Where Tempo stops if a wrapped pipeline may not stand here; nil when there is none inside.
  var wrapped: SourceRange?
  /// Every atom of the spanset expression is in parentheses of its own.
  var isParenthesised = false
  /// Where Tempo stops if the constant is used in a scalar filter.
  var constantExtension: SourceRange?

  init(_ kind: Kind, _ range: SourceRange) {
    self.kind = kind
    self.range = range
  }

  /// What the operand counts as in a sentence.
  var operandClass: OperandClass {
    switch kind {
    case .spanset, .pipeline: .spans
    case .scalar, .scalarPipeline: .number
    case .comparison: .comparison
    case .field: isConstant ? .constant : .field
    case .series: .series
    }
  }
}
