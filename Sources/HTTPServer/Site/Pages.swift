import Server
import Synchronization

// Pages about the server itself: nothing of them is part of the query API.
extension TraceServer {
  /// The page a request asks for with its name in metrics; nil if it asks for none.
  func page(_ request: APIRequest, _ active: Active) -> (route: String, APIResponse)? {
    switch request.path {
    case "/": return ("root", onlyGet(request) { landingPage(request, active) })
    case "/metrics": return ("metrics", onlyGet(request) { metricsPage() })
    case "/status": return ("status", onlyGet(request) { .text(status(active)) })
    case active.configuration.pathPrefix + "/status/usage-stats":
      return ("status_usage_stats", .text("usage-stats is not enabled\n"))
    case "/favicon.ico": return ("other", .notFound)
    default: break
    }
    guard request.path.hasPrefix("/status/"), !request.rawPath.contains("//") else { return nil }
    let name = String(request.path.dropFirst("/status/".count))
    return (
      "status_endpoint", onlyGet(request) { statusPage(name, request, active) ?? .notFound }
    )
  }

  private func onlyGet(_ request: APIRequest, _ page: () -> APIResponse) -> APIResponse {
    request.method == "GET" || request.method == "HEAD"
      ? page() : APIResponse(status: 405, contentType: nil, body: [])
  }

  // MARK: Status

  private func status(_ active: Active) -> String {
    let parts = [
      ("version", version(active)), ("services", services()), ("endpoints", Self.endpoints),
      ("runtime_config", Self.runtimeConfiguration),
      ("config", "---\n" + active.configuration.yaml()),
    ]
    return parts.map { "GET /status/\($0.0)\n\($0.1)" }.joined(separator: "\n")
  }

  private func statusPage(
    _ name: String, _ request: APIRequest, _ active: Active
  ) -> APIResponse? {
    switch name {
    case "version": return .text(version(active))
    case "services": return .text(services())
    case "endpoints": return .text(Self.endpoints)
    case "runtime_config": return .text(Self.runtimeConfiguration)
    case "config":
      let mode = request.query.first { $0.name == "mode" }?.value ?? ""
      switch mode {
      case "": return .text("---\n" + active.configuration.yaml())
      case "diff": return .text("---\n" + active.configuration.yaml(.changed))
      case "defaults": return .text("---\n" + active.configuration.yaml(.defaults))
      default:
        return .text("unknown value for mode query parameter: \(mode)\n", status: 500)
      }
    case "overrides",
      _ where name.hasPrefix("overrides/"):
      return .html(title: "Overrides", "<p>Every tenant has the limits of the configuration.</p>")
    default: return nil
    }
  }

  private func version(_ active: Active) -> String {
    let options = APIOptions(active.configuration, self)
    return "traceql, API of Tempo \(options.version)\n"
  }

  private func services() -> String {
    let state = isStopping.load(ordering: .relaxed) ? "Stopping" : "Running"
    let rows = [("http-server", state), ("block-list", "Running"), ("query-engine", "Running")]
    return Self.table(["service", "status"], rows.map { [$0.0, $0.1] })
  }

  private static let runtimeConfiguration = "There is no runtime configuration: SIGHUP reloads.\n"

  private static let endpoints = table(
    ["path"],
    [
      "/api/search", "/api/search/tags", "/api/v2/search/tags",
      "/api/search/tag/{tag}/values", "/api/v2/search/tag/{tag}/values",
      "/api/traces/{traceID}", "/api/v2/traces/{traceID}", "/api/v2/traces/diff",
      "/api/metrics/query_range", "/api/metrics/query", "/api/mcp", "/api/echo",
      "/api/status/buildinfo", "/ready", "/metrics", "/status", "/status/{endpoint}",
    ].map { [$0] })

  private static func table(_ head: [String], _ rows: [[String]]) -> String {
    let widths = head.indices.map { column in
      ([head] + rows).map { $0[column].count }.max() ?? 0
    }
    let rule = "+" + widths.map { String(repeating: "-", count: $0 + 2) + "+" }.joined()
    func line(_ cells: [String]) -> String {
      "|"
        + zip(cells, widths).map { cell, width in
          " " + cell + String(repeating: " ", count: width - cell.count) + " |"
        }.joined()
    }
    return ([rule, line(head), rule] + rows.map(line) + [rule]).joined(separator: "\n") + "\n"
  }
}

extension APIResponse {
  /// A small page for people.
  static func html(title: String, _ body: String) -> APIResponse {
    let page = """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><title>\(title)</title>
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <style>
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto;
             padding: 0 1rem; color: #1c2128; background: #fff }
      h1 { font-size: 1.4rem } code, pre { font: 14px/1.4 ui-monospace, monospace }
      pre { background: #f3f4f6; padding: .7rem 1rem; border-radius: 6px; overflow-x: auto }
      td { padding: .1rem 1.5rem .1rem 0; vertical-align: top } a { color: #0b5cad }
      @media (prefers-color-scheme: dark) {
        body { color: #d5dae1; background: #14181d }
        pre { background: #1f252c } a { color: #79b8ff } }
      </style></head><body>
      \(body)
      </body></html>

      """
    return APIResponse(
      status: 200, contentType: "text/html; charset=utf-8", body: Array(page.utf8))
  }
}
