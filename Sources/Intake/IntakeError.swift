import Wire

/// Why spans that were sent, or lie in a file, are not taken.
package enum IntakeError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Bytes that are not the message they should be.
  case malformed(offset: Int?, String)
  /// An identifier no span may have; the whole request is refused.
  case invalidTraceID(String)
  case invalidSpanID(String)
  /// A file that cannot be read any more.
  case unreadable(String)
  /// Input in a form nobody here knows.
  case unknownFormat(String)

  init(_ error: ProtobufError) { self = .malformed(offset: error.offset, error.message) }

  package var description: String {
    switch self {
    case .malformed(let offset, let message):
      (offset.map { "at byte \($0): " } ?? "") + message
    case .invalidTraceID(let text), .invalidSpanID(let text): text
    case .unknownFormat(let text), .unreadable(let text): text
    }
  }

  static let traceID = IntakeError.invalidTraceID(
    "trace ids must be 128 bit, received 0 bits")
  static let spanID = IntakeError.invalidSpanID(
    "span ids must be 64 bit and not all zero, received 0 bits")
}
