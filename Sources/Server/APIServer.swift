package import Engine
package import Storage

/// Tempo's query API over a set of blocks: a pure function from request to response.
///
/// Sockets, compression and framing are the business of whoever calls.
package struct APIServer: Sendable {
  let blocks: [Block]
  let options: APIOptions
  /// Sessions of MCP clients, which outlive a request; nil where nobody serves.
  package var sessions: MCPSessions?

  package init(blocks: [Block], options: APIOptions) {
    self.blocks = blocks
    self.options = options
  }

  package init(catalog: BlockCatalog, options: APIOptions) {
    self.init(blocks: catalog.blocks, options: options)
  }

  /// The answer to `request`; every failure is an answer too.
  package func respond(
    to request: APIRequest, progress: QueryProgress = QueryProgress()
  ) async -> APIResponse {
    if request.rawPath.contains("//") { return Self.redirect(request) }
    guard let route = Route(path: request.path) else { return .notFound }
    do throws(APIError) {
      var response = try await answer(route, request, progress)
      if options.marksPartialBodies { response.markPartialBody() }
      return response
    } catch {
      return error.response
    }
  }

  /// A server that knows no blocks, for requests that ask for none.
  package static func withoutData(options: APIOptions) -> APIServer {
    APIServer(blocks: [], options: options)
  }

  /// The answer to a request that is no `RequestKind`.
  package func respond(toUnknown request: APIRequest) -> APIResponse {
    request.rawPath.contains("//") ? Self.redirect(request) : .notFound
  }

  /// The answer to a probe, which waits for nothing.
  package func respond(toProbe request: APIRequest) -> APIResponse {
    switch Route(path: request.path) {
    case .ready: StatusEndpoint.ready()
    case .echo: .text("echo\n")
    case .buildInformation: StatusEndpoint.buildInformation(method: request.method, options)
    default: .notFound
    }
  }

  private func answer(
    _ route: Route, _ request: APIRequest, _ progress: QueryProgress
  ) async throws(APIError) -> APIResponse {
    let context = RequestContext(
      blocks: route.isAboutData ? try blocks(for: request) : [],
      parameters: Parameters(request.query), options: options,
      accepted: MediaType(accept: request.header("Accept")), progress: progress)
    switch route {
    case .ready, .echo, .buildInformation: return respond(toProbe: request)
    case .search: return try await SearchEndpoint.respond(context)
    case .tagNames(let version): return try await TagNamesEndpoint.respond(context, version)
    case .tagValues(let version, let tag):
      return try await TagValuesEndpoint.respond(context, version, tag: tag)
    case .trace(let version, let id):
      return try await TraceEndpoint.respond(context, version, id: id)
    case .traceDiff: return try await TraceDiffEndpoint.respond(context, request)
    case .mcp:
      guard options.isMCPEnabled, let sessions else { return .notFound }
      return await MCPEndpoint(
        server: self, request: request, progress: progress, sessions: sessions
      ).respond()
    case .queryRange: return try await MetricsEndpoint.respond(context, isInstant: false)
    case .queryInstant: return try await MetricsEndpoint.respond(context, isInstant: true)
    }
  }

  /// Several tenants are answered as if their blocks lay side by side.
  private func blocks(for request: APIRequest) throws(APIError) -> [Block] {
    guard options.multitenancyEnabled else { return blocks }
    let tenants = try TenantHeader.parse(
      request.header("X-Scope-OrgID"), severalAllowed: options.multitenantQueriesEnabled)
    return blocks.filter { tenants.contains($0.metadata.tenant) }
  }

  private static func redirect(_ request: APIRequest) -> APIResponse {
    var response = APIResponse(status: 301, contentType: nil, body: [])
    let segments = request.rawPath.split(separator: "/").joined(separator: "/")
    let slash = request.rawPath.hasSuffix("/") && !segments.isEmpty ? "/" : ""
    response.headers.append(APIResponse.Header(name: "Location", value: "/" + segments + slash))
    return response
  }
}

/// What an endpoint needs to answer one request.
struct RequestContext {
  var blocks: [Block]
  var parameters: Parameters
  var options: APIOptions
  var accepted: MediaType
  var progress: QueryProgress

  /// Options for a query over the selected part of time.
  func queryOptions(_ time: TimeSelection) -> QueryOptions {
    var query = QueryOptions()
    query.timeRange = time.range
    query.traceScope = options.traceScope
    query.threadCount = options.threadCount
    query.limits = options.limits
    query.skipsDamaged = options.skipsDamaged
    return query
  }

  /// An engine over the blocks, over none if no trace can lie in `time`.
  func engine(_ time: TimeSelection) -> QueryEngine {
    QueryEngine(blocks: time.isEmpty ? [] : blocks)
  }
}
