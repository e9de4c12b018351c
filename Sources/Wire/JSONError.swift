/// Why bytes are not the JSON that was expected.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Byte at which reading stopped.
  package var offset: Int
  /// Lower case, no full stop.
  package var message: String

  package init(offset: Int, _ message: String) {
    self.offset = offset
    self.message = message
  }

  package var description: String { "at byte \(offset): \(message)" }
}
