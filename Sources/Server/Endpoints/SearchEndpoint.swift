import Engine
import TraceQL

/// `/api/search`: TraceQL, or the tags of former times.
enum SearchEndpoint {
  static func respond(_ context: RequestContext) async throws(APIError) -> APIResponse {
    let request = try SearchParameters(context.parameters, context.options)
    var options = context.queryOptions(request.time)
    options.limit = request.limit
    options.spansPerSpanSet = request.spansPerSpanSet
    let engine = context.engine(request.time)

    let result: SearchResult
    do throws(QueryError) {
      switch request.subject {
      case .query(let text):
        result = try await engine.search(
          text.query, options: options, progress: context.progress)
      case .tags(let tags):
        result = try await engine.search(tags: tags, options: options, progress: context.progress)
      }
    } catch {
      throw error.apiError(query: request.queryText)
    }

    let padsTraceIDs = context.options.padsTraceIDs
    var reasons = result.partialReasons
    var response: APIResponse
    switch context.accepted {
    case .json, .llm:
      let progress = context.options.marksPartialBodies ? context.progress : nil
      let (body, listed) = SearchJSON.encode(
        result, padsTraceIDs: padsTraceIDs, isStopped: { progress?.isCancelled == true })
      if listed < result.traces.count {
        reasons.append("the newest \(listed) of \(result.traces.count) traces found are listed")
      }
      response = .json(body)
    case .protobuf:
      response = .protobuf(SearchProtobuf.encode(result, padsTraceIDs: padsTraceIDs))
    }
    response.markPartial(reasons)
    response.cost = result.statistics
    return response
  }
}

/// What a search request asks, checked in the order in which the API reports what is wrong.
struct SearchParameters {
  enum Subject {
    case query(QueryText)
    case tags(TagSearch)
  }

  let subject: Subject
  let limit: Int
  let spansPerSpanSet: Int
  let time: TimeSelection

  /// "" for a search by tags.
  var queryText: String {
    guard case .query(let text) = subject else { return "" }
    return text.text
  }

  init(_ parameters: Parameters, _ options: APIOptions) throws(APIError) {
    let text = try parameters.expression("q", bytesMax: options.limits.queryBytesMax)
    let start = try parameters.uint32("start")
    let end = try parameters.uint32("end")
    let query = text.map { QueryText($0, dialect: options.dialect) }
    let tags = try Self.tags(parameters, hasQuery: query != nil, hasTimes: start != 0 || end != 0)
    limit = try Self.limit(parameters, options)
    let spans = Int(try parameters.uint32("spss"))
    spansPerSpanSet = spans == 0 ? options.spansPerSpanSetDefault : spans

    guard end > start || (start == 0 && end == 0) else {
      throw .badRequest(
        "http parameter start must be before end. received start=\(start) end=\(end)")
    }
    if let limitMax = options.limitMax, limit > limitMax {
      throw .badRequest("limit \(limit) exceeds max limit \(limitMax)")
    }
    if let query, query.isSyntaxError { try Self.refuse(query) }
    time = try TimeSelection(
      start: Int64(start) * 1_000_000_000, end: Int64(end) * 1_000_000_000,
      since: parameters["since"], options: options)
    if let query { try Self.refuse(query) }
    try time.checkLength(options)
    if let spansMax = options.spansPerSpanSetMax, spansPerSpanSet > spansMax {
      throw .badRequest("spans per span set exceeds \(spansMax). received \(spansPerSpanSet)")
    }
    subject = query.map { .query($0) } ?? .tags(tags)
  }

  private static func refuse(_ query: QueryText) throws(APIError) {
    if let message = query.message { throw .badRequest("invalid TraceQL query: \(message)") }
  }

  private static func limit(
    _ parameters: Parameters, _ options: APIOptions
  ) throws(APIError) -> Int {
    guard parameters["limit"] != nil else { return options.limitDefault }
    let limit = try parameters.uint32("limit")
    guard limit > 0 else { throw .badRequest("invalid limit: must be a positive number") }
    return Int(limit)
  }
}

// MARK: Tags

extension SearchParameters {
  private static let knownNames: Set<String> = [
    "q", "tags", "minDuration", "maxDuration", "limit", "spss", "start", "end", "since",
  ]

  private static func tags(
    _ parameters: Parameters, hasQuery: Bool, hasTimes: Bool
  ) throws(APIError) -> TagSearch {
    let text = parameters["tags"]
    if hasQuery, text != nil {
      throw .badRequest("invalid request: can't specify tags and q in the same query")
    }
    var tags: [(key: String, value: String)] = []
    if let text {
      tags = try Logfmt.parse(text)
    } else if !hasQuery, !hasTimes {
      // The oldest form: every parameter without a meaning of its own is a tag.
      tags = parameters.firstOfEach.filter { !knownNames.contains($0.name) }
        .map { ($0.name, $0.value) }
    }
    let shortest = try parameters.goDuration("minDuration")
    let longest = try parameters.goDuration("maxDuration")
    if shortest > 0, longest > 0, shortest > longest {
      throw .badRequest("invalid maxDuration: must be greater than minDuration")
    }
    return TagSearch(
      tags: tags, minimumDurationNanoseconds: wholeMilliseconds(shortest),
      maximumDurationNanoseconds: wholeMilliseconds(longest))
  }

  /// Less than a millisecond counts as not given.
  private static func wholeMilliseconds(_ nanoseconds: Int64) -> UInt64? {
    nanoseconds < 1_000_000 ? nil : UInt64(nanoseconds / 1_000_000 * 1_000_000)
  }
}
