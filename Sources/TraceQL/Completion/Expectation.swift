/// Something that may come next at a place in a query.
package enum Expectation: Sendable, Hashable {
  /// Aggregates and metrics functions, without parentheses.
  case functions([String])
  /// Scopes that take a name: `span.`, `.`.
  case scopes([String])
  /// Built-in fields, those with a scope in full: `span:id`.
  case intrinsics([String])
  /// Names of attributes; nil for any scope.
  case attributeNames(Attribute.Scope)
  /// Infix and prefix operators.
  case operators([String])
  /// `by`, `select`, `coalesce`, and filters.
  case stages([String])
  /// Brackets, commas and the like.
  case punctuation([String])
  /// Words that stand for values: `true`, `error`, `server`.
  case keywords([String])
  /// Values of a field, the word typed so far being their start.
  case values(Field)
  /// Units behind a number.
  case units([String])
  case number
  case string
  case hintNames([String])
}
