/// What parsing gives: a tree where there is one, and everything there is to say.
package struct Parsed: Sendable {
  /// The query, type checked and with constants computed; nil after a syntax error.
  package var query: Query?
  /// What could be read in spite of syntax errors.
  package var recovered: Query?
  /// Errors first, in the order Tempo would find them; then notes in the order of the text.
  package var diagnostics: [Diagnostic]
  /// Names of the parameters in the text, without the `$`.
  package var parametersUsed: Set<String> = []

  /// Whether the query can be run.
  package var isValid: Bool { query != nil && firstError == nil }

  /// Whether the text is no query, whatever it would mean.
  package var hasSyntaxError: Bool { diagnostics.contains { $0.isError && $0.code.isSyntax } }

  package var firstError: Diagnostic? { diagnostics.first { $0.severity == .error } }
}
