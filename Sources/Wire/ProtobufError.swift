/// Why bytes are not the protobuf message that was expected.
package struct ProtobufError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Byte at which reading stopped, counted from the start of the outermost message.
  package var offset: Int
  /// Lower case, no full stop.
  package var message: String

  package init(offset: Int, _ message: String) {
    self.offset = offset
    self.message = message
  }

  package var description: String { "at byte \(offset): \(message)" }
}
