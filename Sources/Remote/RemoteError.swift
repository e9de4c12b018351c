/// Why a server gave no answer.
package enum RemoteError: Error, Sendable, Equatable {
  /// libcurl is not installed.
  case noLibrary
  case unreachable(url: String, reason: String)
  /// An answer with another status than 200; `message` is the body's first line.
  case refused(status: Int, message: String)
  /// Not what Tempo's API answers with.
  case unreadable(what: String, reason: String)
  case cancelled
}

extension RemoteError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noLibrary: "servers are asked through libcurl (libcurl.so.4), which is not installed"
    case .unreachable(let url, let reason): "\(url): \(reason)"
    case .refused(let status, let message):
      message.isEmpty
        ? "the server answered \(status)" : "the server answered \(status): \(message)"
    case .unreadable(let what, let reason): "cannot read the server's \(what): \(reason)"
    case .cancelled: "cancelled"
    }
  }
}
