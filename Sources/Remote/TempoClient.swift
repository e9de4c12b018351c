package import Engine
package import OTLP
import TraceQL
import Wire

/// A server with Tempo's query API, ours or Tempo's: its answers as the values our engine gives.
package struct TempoClient: Sendable {
  /// Without a slash at its end.
  package let baseURL: String
  private let http: HTTPClient

  /// `baseURL` may carry a path, as behind a proxy; `tenant` goes along as `X-Scope-OrgID`.
  package init(baseURL: String, tenant: String? = nil, headers: [String] = []) {
    var base = baseURL
    while base.hasSuffix("/") { base.removeLast() }
    self.baseURL = base
    http = HTTPClient(headers: headers + (tenant.map { ["X-Scope-OrgID: \($0)"] } ?? []))
  }

  /// Whether `text` names a server.
  package static func isAddress(_ text: String) -> Bool {
    text.hasPrefix("http://") || text.hasPrefix("https://")
  }

  /// Version and revision, as far as the server tells.
  package func version(_ progress: QueryProgress) throws(RemoteError) -> String {
    let answer = try json("/api/status/buildinfo", [], what: "version", progress)
    return answer["version"]?.string ?? ""
  }

  package func search(
    _ query: String, options: QueryOptions, progress: QueryProgress
  ) throws(RemoteError) -> SearchResult {
    // Tempo knows no "all".
    let most = 100_000
    var parameters = [
      ("q", query), ("limit", String(options.limit == 0 ? most : options.limit)),
      ("spss", String(options.spansPerSpanSet == 0 ? most : options.spansPerSpanSet)),
    ]
    parameters += Self.range(options.timeRange)
    let answer = try json("/api/search", parameters, what: "search answer", progress)
    return try SearchAnswer.read(answer, limit: options.limit)
  }

  /// `step` nil: the server chooses.
  package func metrics(
    _ query: String, range: ClosedRange<UInt64>, stepNanoseconds: UInt64?, isInstant: Bool,
    exemplarsMax: Int, progress: QueryProgress
  ) throws(RemoteError) -> MetricsResult {
    var parameters = [("q", query)] + Self.range(range)
    if !isInstant {
      if let stepNanoseconds {
        parameters.append(
          ("step", GoDuration.format(nanoseconds: Int64(clamping: stepNanoseconds))))
      }
      parameters.append(("exemplars", String(exemplarsMax)))
    }
    let path = isInstant ? "/api/metrics/query" : "/api/metrics/query_range"
    let answer = try json(path, parameters, what: "metrics answer", progress)
    return try MetricsAnswer.read(
      answer, range: range, stepNanoseconds: stepNanoseconds, isInstant: isInstant)
  }

  /// Names of attributes by scope; `filter` is TraceQL, "" for none.
  package func tagNames(
    filter: String, timeRange: ClosedRange<UInt64>?, progress: QueryProgress
  ) throws(RemoteError) -> [(scope: String, names: [String])] {
    var parameters = Self.range(timeRange)
    if !filter.isEmpty { parameters.append(("q", filter)) }
    let answer = try json("/api/v2/search/tags", parameters, what: "list of names", progress)
    return (answer["scopes"]?.elements ?? []).map { scope in
      (scope["name"]?.string ?? "", (scope["tags"]?.elements ?? []).compactMap(\.string))
    }
  }

  /// Values of a field, written as in TraceQL.
  package func tagValues(
    of field: String, filter: String, timeRange: ClosedRange<UInt64>?, progress: QueryProgress
  ) throws(RemoteError) -> [Value] {
    var parameters = Self.range(timeRange)
    if !filter.isEmpty { parameters.append(("q", filter)) }
    let path = "/api/v2/search/tag/\(URLText.encode(field))/values"
    let answer = try json(path, parameters, what: "list of values", progress)
    return (answer["tagValues"]?.elements ?? []).map(TagValueAnswer.value)
  }

  /// A whole trace; nil if the server has none of that ID.
  package func trace(
    id: [UInt8], progress: QueryProgress
  ) throws(RemoteError) -> Trace? {
    let answer: JSON
    do throws(RemoteError) {
      answer = try json("/api/v2/traces/\(Hex.encode(id))", [], what: "trace", progress)
    } catch .refused(status: 404, _) {
      return nil
    }
    let trace = try TraceAnswer.read(answer["trace"] ?? answer)
    return trace.spanCount > 0 ? trace : nil
  }

  // MARK: Requests

  private static func range(_ range: ClosedRange<UInt64>?) -> [(String, String)] {
    guard let range else { return [] }
    // Whole seconds; the end is rounded up.
    let end = range.upperBound / 1_000_000_000
    let rest = range.upperBound % 1_000_000_000 > 0 ? 1 : 0 as UInt64
    return [("start", String(range.lowerBound / 1_000_000_000)), ("end", String(end + rest))]
  }

  private func json(
    _ path: String, _ parameters: [(String, String)], what: String, _ progress: QueryProgress
  ) throws(RemoteError) -> JSON {
    let query = parameters.map { $0.0 + "=" + URLText.encode($0.1) }.joined(separator: "&")
    let url = baseURL + path + (query.isEmpty ? "" : "?" + query)
    let body = try http.get(url, accept: "application/json") { progress.isCancelled }
    do {
      return try JSONReader.read(body, limits: .init(byteCountMax: 256 << 20))
    } catch {
      throw .unreadable(what: what, reason: "\(error)")
    }
  }
}
