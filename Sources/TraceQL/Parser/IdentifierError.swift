/// Why a text is no identifier.
package struct IdentifierError: Error, Sendable, Equatable {
  /// The text of the API's answer: `failed to parse identifier …: parse error at …`.
  package var message: String

  package init(message: String) { self.message = message }
}
