import Engine
import TraceQL

extension QueryError {
  /// The answer to a request whose query failed while it ran.
  func apiError(query: String) -> APIError {
    switch self {
    case .invalidQuery(let diagnostics):
      let error = diagnostics.first { $0.severity == .error }
      let message = error?.tempoMessage(source: query) ?? "it cannot be run"
      return .badRequest("invalid TraceQL query: \(message)")
    case .damagedBlock(let message): return APIError(500, message)
    case .limitReached(_, let message): return APIError(422, message)
    }
  }
}

extension APIResponse {
  /// Marks an answer that is not complete. The bodies have no member for it, and clients refuse
  /// members they do not know.
  mutating func markPartial(_ reasons: [String]) {
    guard !reasons.isEmpty else { return }
    let text = reasons.joined(separator: "; ").map { $0.isNewline ? " " : $0 }
    headers.append(Header(name: "X-Traceql-Partial", value: String(text)))
  }
}
