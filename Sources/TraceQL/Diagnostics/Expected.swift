/// What the grammar allows where something else was found.
package enum Expected: Sendable, Equatable {
  /// One of a few tokens.
  case tokens([TokenKind])
  /// A value in a filter: an attribute, an intrinsic or a literal.
  case operand
  /// A filter or parentheses, behind an operator between spansets.
  case spanset
  /// The same where Tempo insists on parentheses.
  case wrappedPipeline
  /// A stage of a pipeline.
  case stage
  /// An attribute or intrinsic and nothing else.
  case field
  /// A number or duration.
  case constant
  /// A number, an aggregate, or parentheses.
  case scalar
  case literal
  /// The name of a hint.
  case hintName
  /// The name of an intrinsic behind `span:` and its like.
  case intrinsic([TokenKind])
  /// Nothing more, or `with`.
  case endOfQuery
  /// Anything that continues an open parenthesis, or its end.
  case closingParenthesis
  /// Anything that continues a filter, or its end.
  case closingBrace
}
