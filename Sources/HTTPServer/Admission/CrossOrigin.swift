import Server

/// What browsers ask before pages of other origins may read an answer.
enum CrossOrigin {
  /// The answer to a browser's question, nil if the request is none or nothing is allowed.
  static func preflight(
    _ request: APIRequest, _ configuration: Configuration
  ) -> APIResponse? {
    guard !configuration.allowedOrigins.isEmpty, request.method == "OPTIONS",
      request.header("Origin") != nil, request.header("Access-Control-Request-Method") != nil
    else { return nil }
    var response = APIResponse(status: 204, contentType: nil, body: [])
    let allowed = [
      ("Access-Control-Allow-Methods", "GET, HEAD, POST, DELETE, OPTIONS"),
      (
        "Access-Control-Allow-Headers",
        "Accept, Authorization, Content-Type, X-Scope-OrgID, Mcp-Session-Id, Mcp-Protocol-Version"
      ), ("Access-Control-Max-Age", "600"),
    ]
    response.headers += allowed.map { APIResponse.Header(name: $0.0, value: $0.1) }
    return response
  }

  static func apply(
    to response: inout APIResponse, origin: String?, _ configuration: Configuration
  ) {
    guard let origin, !configuration.allowedOrigins.isEmpty else { return }
    let isOpen = configuration.allowedOrigins.contains("*")
    guard isOpen || configuration.allowedOrigins.contains(origin) else { return }
    var headers = [("Access-Control-Allow-Origin", isOpen ? "*" : origin)]
    if !isOpen { headers.append(("Vary", "Origin")) }
    headers.append(("Access-Control-Expose-Headers", "X-Traceql-Partial, Mcp-Session-Id"))
    response.headers += headers.map { APIResponse.Header(name: $0.0, value: $0.1) }
  }
}
