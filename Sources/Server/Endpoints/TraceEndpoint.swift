import Engine
import OTLP
import Storage
import Wire

/// `/api/traces/{id}` and `/api/v2/traces/{id}`: one whole trace.
enum TraceEndpoint {
  static func respond(
    _ context: RequestContext, _ version: Route.Version, id: String
  ) throws(APIError) -> APIResponse {
    let traceID = try TraceIDText.parse(id)
    let range = try timeRange(context.parameters)
    try checkDebuggingParameters(context.parameters)
    if version == .v2, let filter = context.parameters["q"],
      !filter.allSatisfy(\.isWhitespace)
    {
      throw APIError(501, "span filters on a trace are not supported yet")
    }

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
    found?.trace.separateSharedIDs()
    var response: APIResponse
    switch version {
    case .v1:
      if let found, found.isCut, let bytesMax = context.options.traceBytesMax {
        throw APIError(422, "trace exceeds max size (max bytes: \(bytesMax))\n")
      }
      response = v1(found?.trace, context.accepted)
    case .v2:
      var messages = leftOut
      if let found, found.isCut, let bytesMax = context.options.traceBytesMax {
        messages.append(
          "Trace exceeds maximum size of \(bytesMax) bytes, a partial trace is returned")
      }
      response = v2(found, messages, context.accepted)
    }
    response.markPartial(leftOut)
    return response
  }

  private static func v1(_ trace: Trace?, _ accepted: MediaType) -> APIResponse {
    guard let trace else { return APIResponse(status: 404, contentType: nil, body: []) }
    switch accepted {
    case .protobuf: return .protobuf(TraceProtobuf.encode(trace))
    case .json:
      var writer = JSONWriter(escapingMarkup: true)
      TraceJSON.write(trace, topLevelKey: .batches, into: &writer)
      return .json(writer.bytes)
    }
  }

  /// A trace that is not there is an answer as well: an empty one. With messages it is partial.
  private static func v2(
    _ found: TraceReader.Found?, _ messages: [String], _ accepted: MediaType
  ) -> APIResponse {
    let trace = found?.trace ?? Trace()
    let bytes = UInt64(found?.bytesRead ?? 0)
    switch accepted {
    case .protobuf:
      var writer = ProtobufWriter()
      writer.message(1) { TraceProtobuf.write(trace, into: &$0) }
      writer.message(2) { if bytes > 0 { $0.uint64(1, bytes) } }
      if !messages.isEmpty {
        writer.uint64(3, 1)
        writer.string(4, messages.joined(separator: "; "))
      }
      return .protobuf(writer.bytes)
    case .json:
      var writer = JSONWriter(escapingMarkup: true)
      writer.object { writer in
        writer.key("trace")
        TraceJSON.write(trace, topLevelKey: .resourceSpans, into: &writer)
        writer.key("metrics")
        writer.object { writer in
          guard bytes > 0 else { return }
          writer.key("inspectedBytes")
          writer.quoted(bytes)
        }
        guard !messages.isEmpty else { return }
        writer.key("status")
        writer.string("PARTIAL")
        writer.key("message")
        writer.string(messages.joined(separator: "; "))
      }
      return .json(writer.bytes)
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
