/// Compressed bytes that do not decode to what was promised.
package struct CompressionError: Error, Sendable, Equatable {
  package var codec: Codec
  /// Lower case, no full stop.
  package var message: String
  /// The bytes may be right, but become more than was allowed.
  package var exceedsLimit: Bool

  package init(_ codec: Codec, _ message: String, exceedsLimit: Bool = false) {
    self.codec = codec
    self.message = message
    self.exceedsLimit = exceedsLimit
  }
}
