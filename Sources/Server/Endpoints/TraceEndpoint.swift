import Engine
import OTLP
import Storage
import Wire

/// `/api/traces/{id}` and `/api/v2/traces/{id}`: one whole trace.
enum TraceEndpoint {
  static func respond(
    _ context: RequestContext, _ version: Route.Version, id: String
  ) async throws(APIError) -> APIResponse {
    let traceID = try TraceIDText.parse(id)
    let range = try timeRange(context.parameters)
    try checkDebuggingParameters(context.parameters)
    let filter =
      version == .v2 ? try SpanFilter(context.parameters, context.options) : nil

    let found = try await find(traceID, range, filter, context)
    var response: APIResponse
    switch version {
    case .v1:
      guard !found.isCut else {
        let limit = context.options.traceBytesMax ?? 0
        throw APIError(422, "trace exceeds max size (max bytes: \(limit))\n")
      }
      response = v1(found.isFound ? found.trace : nil, context.accepted)
    case .v2: response = v2(found, context.accepted)
    }
    response.isMarkedPartial = version == .v2 && !found.notices.isEmpty
    response.markPartial(found.leftOut)
    if version == .v2 { response.markPartialBody() }
    if found.isFound { response.cost = QueryStatistics(traceLookupBytes: found.bytesRead) }
    return response
  }

  /// What a look-up found, whole or in part.
  struct Found {
    var trace = Trace()
    var isFound = false
    var bytesRead = 0
    /// The trace is larger than the limit.
    var isCut = false
    /// Damaged blocks that were not asked.
    var leftOut: [String] = []
    /// Why spans are missing; empty for a whole trace.
    var notices: [String] = []
  }

  /// The trace, with its shared IDs separated and filtered if that is wanted.
  static func find(
    _ traceID: [UInt8], _ range: ClosedRange<UInt64>?, _ filter: SpanFilter?,
    _ context: RequestContext
  ) async throws(APIError) -> Found {
    var answer = Found()
    var leftOut: [String] = []
    var found: TraceReader.Found?
    do throws(StorageError) {
      found = try TraceReader.find(
        traceID: traceID, blocks: context.blocks, timeRange: range,
        statistics: context.progress.readStatistics(context.options.limits),
        bytesMax: context.options.traceBytesMax,
        leaveOut: context.options.skipsDamaged
          ? { leftOut.append("left out as damaged: \($0)") } : nil)
    } catch {
      throw QueryError(error).apiError(query: "")
    }
    answer.leftOut = leftOut
    answer.notices = leftOut
    guard var found else { return answer }
    (answer.isFound, answer.isCut, answer.bytesRead) = (true, found.isCut, found.bytesRead)
    if found.isCut, let limit = context.options.traceBytesMax {
      answer.notices.append(
        "Trace exceeds maximum size of \(limit) bytes, a partial trace is returned")
    }
    // Filters see spans as they are stored, under the IDs they have there.
    let matches = try await filter?.matches(found.trace, traceID: traceID, context)
    found.trace.separateSharedIDs()
    answer.trace = found.trace
    if let filter, let matches {
      answer.trace = filter.apply(to: found.trace, matches: matches)
      if answer.trace.spanCount < matches.count {
        answer.notices.insert(SpanFilter.notice, at: 0)
      }
    }
    return answer
  }

  private static func v1(_ trace: Trace?, _ accepted: MediaType) -> APIResponse {
    guard let trace else { return APIResponse(status: 404, contentType: nil, body: []) }
    if accepted == .protobuf { return .protobuf(TraceProtobuf.encode(trace)) }
    var writer = JSONWriter(escapingMarkup: true)
    TraceJSON.write(trace, topLevelKey: .batches, into: &writer)
    // Tempo has no other form of this answer for language models, and names it so nevertheless.
    return APIResponse(
      status: 200, contentType: accepted == .llm ? MediaType.llm.rawValue : nil,
      json: writer.bytes)
  }

  /// A trace that is not there is an answer as well: an empty one.
  private static func v2(_ found: Found, _ accepted: MediaType) -> APIResponse {
    switch accepted {
    case .protobuf: .protobuf(TraceBody.protobuf(found))
    case .json: .json(TraceBody.json(found))
    case .llm: .llm(TraceLLM.encode(found))
    }
  }
}

// MARK: Parameters

extension TraceEndpoint {
  /// The blocks to look into, in Unix nanoseconds; the spans of a trace are never cut.
  private static func timeRange(
    _ parameters: Parameters
  ) throws(APIError) -> ClosedRange<UInt64>? {
    let start = try parameters.int64("start")
    let end = try parameters.int64("end")
    if start != 0, end != 0, end <= start {
      throw .badRequest(
        "http parameter start must be before end. received start=\(start) end=\(end)")
    }
    guard start != 0 || end != 0 else { return nil }
    let lower = nanoseconds(start)
    return lower...max(lower, end == 0 ? UInt64.max : nanoseconds(end))
  }

  private static func nanoseconds(_ seconds: Int64) -> UInt64 {
    let (product, overflows) = UInt64(max(seconds, 0)).multipliedReportingOverflow(
      by: 1_000_000_000)
    return overflows ? .max : product
  }

  /// Aids of Tempo's developers: checked as Tempo checks them, and without effect here.
  private static func checkDebuggingParameters(_ parameters: Parameters) throws(APIError) {
    switch parameters["mode"] {
    case nil, "all", "blocks", "ingesters": break
    case "external": throw APIError(500, "external mode is not enabled")
    case .some(let mode): throw .badRequest("invalid value for mode \(mode)")
    }
    for (name, label) in [("blockStart", "blockstart"), ("blockEnd", "blockEnd")] {
      guard let text = parameters[name], let problem = UUIDText.problem(text) else { continue }
      throw .badRequest("invalid value for \(label): \(problem)")
    }
  }
}

extension QueryStatistics {
  /// A look-up by ID reads bytes and inspects nothing.
  fileprivate init(traceLookupBytes: Int) {
    self.init()
    inspectedBytes = traceLookupBytes
  }
}
