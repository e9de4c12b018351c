import Engine
import TraceQL
import Wire

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
  /// Marks an answer that is not complete, in a header: most bodies have no member for it, and
  /// clients refuse members they do not know.
  mutating func markPartial(_ reasons: [String]) {
    guard !reasons.isEmpty else { return }
    let text = reasons.joined(separator: "; ").map { $0.isNewline ? " " : $0 }
    headers.append(Header(name: "X-Traceql-Partial", value: String(text)))
  }

  /// Marks an answer that whoever asked for it had stopped, in the body too.
  package mutating func markStopped(_ reason: String) {
    if header("X-Traceql-Partial") == nil { markPartial([reason]) }
    markPartialBody()
  }

  /// Says in the body, too, what the header says: the members with which answers of metrics and
  /// whole traces do so (http-api.md 4.3, 8.4). A body that says so already stays as it is, and so
  /// does one that is no JSON.
  mutating func markPartialBody() {
    guard let reason = header("X-Traceql-Partial"), !isMarkedPartial,
      header("Content-Type")?.hasSuffix("json") == true, body.last == UInt8(ascii: "}")
    else { return }
    var mark = JSONWriter(escapingMarkup: true)
    mark.object { writer in
      writer.member("status", text: "PARTIAL")
      writer.member("message", text: reason)
    }
    body.removeLast()
    if body.last != UInt8(ascii: "{") { body.append(UInt8(ascii: ",")) }
    body += mark.bytes.dropFirst()
    isMarkedPartial = true
  }
}
