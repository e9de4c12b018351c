/// Why a pattern cannot be compiled.
package struct RegexError: Error, Sendable, Equatable, CustomStringConvertible {
  package var pattern: String
  /// Lower case, no full stop, in RE2's words: "missing ): a(".
  package var message: String

  package init(pattern: String, message: String) {
    self.pattern = pattern
    self.message = message
  }

  package var description: String { message }
}
