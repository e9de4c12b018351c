import Engine
import TraceQL
import Wire

/// One call of a tool: its arguments become a request to the API, the answer becomes text.
struct MCPToolRun {
  struct Failure: Error { var message: String }

  let tool: MCPTool
  let arguments: JSON
  let server: APIServer
  /// What the call came with: its headers name the tenant.
  let request: APIRequest
  let progress: QueryProgress

  struct Answer {
    var text: String
    /// nil for what is no query.
    var cost: QueryStatistics?
  }

  /// What the tool is about, for the log.
  var subject: String? {
    ["query", "trace_id", "base_trace_id", "name", "scope"].lazy.compactMap(optional).first
  }

  func answer() async throws(Failure) -> Answer {
    for argument in tool.arguments where argument.isRequired { _ = try required(argument.name) }
    switch tool {
    case .search: return try await search()
    case .metricsInstant: return try await metrics("/api/metrics/query")
    case .metricsRange: return try await metrics("/api/metrics/query_range")
    case .trace:
      return try await ask("/api/v2/traces/" + encode(try required("trace_id")), [], isLLM: true)
    case .traceDiff: return try await traceDiff()
    case .attributeNames:
      return try await ask("/api/v2/search/tags", [("scope", optional("scope") ?? "")])
    case .attributeValues: return try await attributeValues()
    case .docsTraceQL: return try document("docs://traceql/" + (try required("name")))
    case .docsConfiguration:
      let name = try required("name")
      guard name.hasPrefix("config-") else { throw unknownDocument(name) }
      return try document("docs://config/" + name.dropFirst("config-".count))
    }
  }

  // MARK: Tools

  private func search() async throws(Failure) -> Answer {
    let query = try required("query")
    guard !isMetrics(query) else {
      throw Failure(
        message: "this is a metrics query: use traceql-metrics-instant or traceql-metrics-range")
    }
    let second: Int64 = 1_000_000_000
    let (start, end) = try range("start", "end") ?? lastHour
    return try await ask(
      "/api/search",
      [("q", query), ("start", "\(start / second)"), ("end", "\(end / second)")])
  }

  private func metrics(_ path: String) async throws(Failure) -> Answer {
    let query = try required("query")
    guard isMetrics(query) || QueryText(query, dialect: server.options.dialect).message != nil
    else {
      throw Failure(message: "this is not a metrics query: use traceql-search")
    }
    let (start, end) = try range("start", "end") ?? lastHour
    return try await ask(path, [("q", query), ("start", "\(start)"), ("end", "\(end)")])
  }

  private func attributeValues() async throws(Failure) -> Answer {
    let filter = optional("filter-query") ?? ""
    if !filter.isEmpty {
      let query = QueryText(filter, dialect: server.options.dialect)
      if let message = query.message { throw Failure(message: "invalid filter-query: \(message)") }
      guard case .pipeline(let pipeline) = query.query.body, pipeline.stages.count == 1,
        case .spanset(.filter) = pipeline.stages[0]
      else {
        throw Failure(message: "invalid filter-query: it is one filter, such as { status = error }")
      }
    }
    let name = encode(try required("name"))
    return try await ask(
      "/api/v2/search/tag/\(name)/values", [("q", filter)], isLLM: true)
  }

  private func traceDiff() async throws(Failure) -> Answer {
    var writer = JSONWriter()
    let second: Int64 = 1_000_000_000
    let sides = ["base", "compare"]
    writer.beginObject()
    for side in sides {
      writer.key(side)
      writer.beginObject()
      writer.member("traceId", text: try required("\(side)_trace_id"))
      if let (start, end) = try range("\(side)_start", "\(side)_end") {
        writer.member("start", count: Int(start / second))
        writer.member("end", count: Int(end / second))
      }
      writer.endObject()
    }
    writer.member("format", text: optional("format") ?? TraceDiffFormat.composed.rawValue)
    writer.endObject()
    return try await ask("/api/v2/traces/diff", [], body: writer.bytes)
  }

  private func document(_ uri: String) throws(Failure) -> Answer {
    guard let document = MCPDocument.all.first(where: { $0.uris.contains(uri) }) else {
      throw unknownDocument(uri)
    }
    return Answer(text: document.text, cost: nil)
  }

  private func unknownDocument(_ name: String) -> Failure {
    let choices = tool.arguments.first?.choices.joined(separator: ", ") ?? ""
    return Failure(message: "there is no document '\(name)'; there are \(choices)")
  }

  // MARK: Arguments

  private func optional(_ name: String) -> String? {
    guard let text = arguments[name]?.string, !text.isEmpty else { return nil }
    return text
  }

  private func required(_ name: String) throws(Failure) -> String {
    guard let text = optional(name) else {
      throw Failure(message: "required argument \"\(name)\" not found")
    }
    return text
  }

  private var lastHour: (Int64, Int64) {
    let now = server.options.nowNanoseconds
    return (now - 3_600_000_000_000, now)
  }

  /// Both ends in Unix nanoseconds; nil if neither is given. One alone is an error for a
  /// comparison, and counts an hour from there elsewhere.
  private func range(
    _ startName: String, _ endName: String
  ) throws(Failure) -> (start: Int64, end: Int64)? {
    let start = try moment(startName, "start")
    let end = try moment(endName, "end")
    if tool == .traceDiff, (start == nil) != (end == nil) {
      throw Failure(message: "\(startName) and \(endName) go together")
    }
    guard start != nil || end != nil else { return nil }
    let last = end ?? server.options.nowNanoseconds
    return (start ?? last &- 3_600_000_000_000, last)
  }

  private func moment(_ name: String, _ side: String) throws(Failure) -> Int64? {
    guard let text = optional(name) else { return nil }
    guard let moment = Timestamp.rfc3339(text) else {
      throw Failure(message: "invalid \(side) time: \(GoQuote.quote(text)) is not RFC 3339")
    }
    return moment
  }

  private func isMetrics(_ text: String) -> Bool {
    let query = QueryText(text, dialect: server.options.dialect)
    guard query.message == nil, case .metrics = query.query.body else { return false }
    return true
  }

  // MARK: Asking

  private func ask(
    _ path: String, _ parameters: [(String, String)], isLLM: Bool = false, body: [UInt8] = []
  ) async throws(Failure) -> Answer {
    let pairs = parameters.filter { !$0.1.isEmpty }.map { $0.0 + "=" + encode($0.1) }
    let target = path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    let type = isLLM ? MediaType.llm : MediaType.json
    var headers = [(name: "Accept", value: type.rawValue)]
    if let tenant = request.header("X-Scope-OrgID") {
      headers.append((name: "X-Scope-OrgID", value: tenant))
    }
    var inner = APIRequest(
      method: body.isEmpty ? "GET" : "POST", target: target, headers: headers)
    inner.body = body
    let response = await server.respond(to: inner, progress: progress)
    let text = String(decoding: response.body, as: UTF8.self)
    guard response.status == 200 else {
      throw Failure(
        message: "tool failed with http status code \(response.status) and reason \(text)")
    }
    return Answer(text: text, cost: response.cost)
  }

  private func encode(_ text: String) -> String { PercentEncoding.encode(text) }
}
