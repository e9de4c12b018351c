/// Why a request was not taken.
package enum IngestRefusal: Error, Sendable, Equatable {
  /// It is not what it should be: sending it again is of no use.
  case malformed(String)
  case invalidTraceID(String)
  case invalidSpanID(String)
  /// Too much for a while.
  case rateLimited(String)
  /// No room in memory or on disk, or the disk fails: later it may be taken.
  case unavailable(String)

  package var message: String {
    switch self {
    case .malformed(let text), .invalidTraceID(let text), .invalidSpanID(let text),
      .rateLimited(let text), .unavailable(let text):
      text
    }
  }
}
