/// What a query may not exceed. Reaching a limit is a diagnostic of its own.
package enum ParserLimits {
  /// Longest query, in bytes.
  package static let queryBytesMax = 131_072
  /// Deepest nesting of parentheses, calls and prefix operators.
  package static let nestingMax = 128
  /// Greatest height of a tree of infix operators.
  package static let heightMax = 1_000
}
