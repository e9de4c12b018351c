/// What a path asks for. All paths are matched exactly; a trailing slash is another path.
enum Route: Equatable {
  enum Version { case v1, v2 }

  case ready, echo, buildInformation
  case search
  case tagNames(Version)
  case tagValues(Version, tag: String)
  case trace(Version, id: String)
  case queryRange, queryInstant
  case traceDiff, mcp

  /// `path` percent-decoded; nil for an unknown one.
  init?(path: String) {
    switch path {
    case "/ready": self = .ready
    case "/api/echo": self = .echo
    case "/api/status/buildinfo": self = .buildInformation
    case "/api/search": self = .search
    case "/api/search/tags": self = .tagNames(.v1)
    case "/api/v2/search/tags": self = .tagNames(.v2)
    case "/api/metrics/query_range": self = .queryRange
    case "/api/metrics/query": self = .queryInstant
    case "/api/v2/traces/diff": self = .traceDiff
    case "/api/mcp": self = .mcp
    default:
      guard let route = Self.withName(path) else { return nil }
      self = route
    }
  }

  private static func withName(_ path: String) -> Route? {
    if let tag = path.between("/api/search/tag/", "/values") { return .tagValues(.v1, tag: tag) }
    if let tag = path.between("/api/v2/search/tag/", "/values") { return .tagValues(.v2, tag: tag) }
    if let id = path.between("/api/traces/", ""), id.isOneSegment { return .trace(.v1, id: id) }
    if let id = path.between("/api/v2/traces/", ""), id.isOneSegment { return .trace(.v2, id: id) }
    return nil
  }

  /// What logs and metrics call it: one name for all IDs and tags.
  var name: String {
    switch self {
    case .ready: "ready"
    case .echo: "api_echo"
    case .buildInformation: "api_status_buildinfo"
    case .search: "api_search"
    case .tagNames(.v1): "api_search_tags"
    case .tagNames(.v2): "api_v2_search_tags"
    case .tagValues(.v1, _): "api_search_tag_tagname_values"
    case .tagValues(.v2, _): "api_v2_search_tag_tagname_values"
    case .trace(.v1, _): "api_traces_traceid"
    case .trace(.v2, _): "api_v2_traces_traceid"
    case .queryRange: "api_metrics_query_range"
    case .queryInstant: "api_metrics_query"
    case .traceDiff: "api_v2_traces_diff"
    case .mcp: "api_mcp"
    }
  }

  /// The kind of query, nil for probes.
  var operation: String? {
    switch self {
    case .ready, .echo, .buildInformation: nil
    case .search: "search"
    case .tagNames, .tagValues: "metadata"
    case .trace, .traceDiff: "traces"
    case .mcp: "mcp"
    case .queryRange, .queryInstant: "metrics"
    }
  }

  /// Probes need no tenant.
  var isAboutData: Bool {
    switch self {
    case .ready, .echo, .buildInformation: false
    default: true
    }
  }
}

extension String {
  /// What stands between a prefix and a suffix that do not overlap.
  fileprivate func between(_ prefix: String, _ suffix: String) -> String? {
    guard utf8.count >= prefix.utf8.count + suffix.utf8.count, hasPrefix(prefix),
      hasSuffix(suffix)
    else { return nil }
    return String(dropFirst(prefix.count).dropLast(suffix.count))
  }

  fileprivate var isOneSegment: Bool { !isEmpty && !contains("/") }
}
