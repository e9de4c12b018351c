/// Compressed bytes that do not decode to what was promised.
package struct CompressionError: Error, Sendable, Equatable {
  package var codec: Codec
  /// Lower case, no full stop.
  package var message: String

  package init(_ codec: Codec, _ message: String) {
    self.codec = codec
    self.message = message
  }
}
