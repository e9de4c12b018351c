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
    guard !configuration.allowedOrigins.isEmpty else { return }
    let isOpen = configuration.allowedOrigins.contains("*")
    // Also where nothing is allowed: a cache must not hand that answer to a page that may.
    var headers = isOpen ? [] : [("Vary", "Origin")]
    if let origin, isOpen || configuration.allowedOrigins.contains(origin) {
      headers.append(("Access-Control-Allow-Origin", isOpen ? "*" : origin))
      headers.append(("Access-Control-Expose-Headers", "X-Traceql-Partial, Mcp-Session-Id"))
    }
    response.headers += headers.map { APIResponse.Header(name: $0.0, value: $0.1) }
  }

  // MARK: Pages that ask without being asked

  static let foreign = APIResponse.text(
    "requests of web pages are not taken here; see traceql.cors_origins", status: 403)

  /// Whether a request comes from no web page at all, from one of this machine, or from one that
  /// may ask. Any page can make a browser send simple requests to a server its user reaches, and
  /// read the answers if the page's name is made to point at that server.
  static func isOfThisHost(_ request: APIRequest, _ configuration: Configuration) -> Bool {
    guard let origin = request.header("Origin") else {
      let site = request.header("Sec-Fetch-Site") ?? "none"
      return site == "none" || site == "same-origin"
    }
    return configuration.allowedOrigins.contains("*")
      || configuration.allowedOrigins.contains(origin) || isLocal(origin)
  }

  /// `http://localhost:3000`, `http://127.0.0.1`, `http://[::1]:8080`.
  private static func isLocal(_ origin: String) -> Bool {
    guard let scheme = ["http://", "https://"].first(where: origin.hasPrefix) else { return false }
    let authority = origin.dropFirst(scheme.count)
    let host: Substring
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      host = authority[...end]
    } else {
      host = authority.prefix { $0 != ":" }
    }
    return ["localhost", "127.0.0.1", "[::1]"].contains(host)
  }
}
