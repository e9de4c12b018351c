import Engine
import OTLP
import Wire

/// `/api/v2/traces/diff`: what is different between two traces.
enum TraceDiffEndpoint {
  private struct Side {
    var traceID: [UInt8]
    var range: ClosedRange<UInt64>?
  }

  /// A patch longer than this is left out of the composed form.
  private static let patchBytesMax = 64 << 10
  /// Spans of both traces together.
  private static let spanCountMax = 500_000

  static func respond(
    _ context: RequestContext, _ request: APIRequest
  ) async throws(APIError) -> APIResponse {
    guard request.method == "POST" else { throw APIError(405, "Method Not Allowed") }
    let body = try read(request.body)
    let base = try side("base", body)
    let compare = try side("compare", body)
    let format = try self.format(body)

    let (baseTrace, baseBytes) = try await fetch("base", base, context)
    let (compareTrace, compareBytes) = try await fetch("compare", compare, context)
    let spanCount = baseTrace.spanCount + compareTrace.spanCount
    guard spanCount <= spanCountMax else {
      throw APIError(
        429,
        "trace diff input too large: combined trace size of \(spanCount) spans exceeds "
          + "\(spanCountMax)")
    }
    let diff = TraceDiff(base: SpanTree(baseTrace), compare: SpanTree(compareTrace))
    var response = APIResponse.json(encode(diff, base.traceID, compare.traceID, format))
    response.cost = QueryStatistics()
    response.cost?.inspectedBytes = baseBytes + compareBytes
    return response
  }

  private static func encode(
    _ diff: TraceDiff, _ baseID: [UInt8], _ compareID: [UInt8], _ format: TraceDiffFormat
  ) -> [UInt8] {
    let summary = TraceDiffSummary(diff, baseID: baseID, compareID: compareID)
    var writer = JSONWriter(escapingMarkup: true)
    switch format {
    case .patch:
      TraceDiffJSON.write(diff, baseID: baseID, compareID: compareID, into: &writer)
    case .native: summary.write(into: &writer)
    case .composed:
      var patch = JSONWriter(escapingMarkup: true)
      TraceDiffJSON.write(diff, baseID: baseID, compareID: compareID, into: &patch)
      writer.object { writer in
        writer.member("version", text: format.rawValue)
        writer.key("summary")
        summary.write(into: &writer)
        if patch.bytes.count <= patchBytesMax {
          writer.key("patch")
          writer.raw(patch.bytes)
        } else {
          writer.key("patchOmitted")
          writer.object { writer in
            writer.member("bytes", count: patch.bytes.count)
            writer.member("reason", text: "over_budget")
          }
        }
      }
    }
    return writer.bytes
  }

  // MARK: Reading

  private static func read(_ bytes: [UInt8]) throws(APIError) -> JSON {
    let json: JSON
    do throws(JSONError) {
      json = try JSONReader.read(bytes)
    } catch {
      throw .badRequest("invalid trace diff request body: \(error)")
    }
    guard json.members != nil else {
      throw .badRequest("invalid trace diff request body: not an object")
    }
    return json
  }

  private static func side(_ name: String, _ body: JSON) throws(APIError) -> Side {
    guard let text = body[name]?["traceId"]?.string, !text.isEmpty else {
      throw .badRequest("\(name).traceId is required")
    }
    var side: Side
    do throws(APIError) {
      side = Side(traceID: try TraceIDText.parse(text))
    } catch {
      throw .badRequest("invalid \(name).traceId: \(error.message)")
    }
    let start = body[name]?["start"]?.uint64 ?? 0
    let end = body[name]?["end"]?.uint64 ?? 0
    if start != 0 || end != 0 {
      guard end == 0 || end > start else {
        throw .badRequest(
          "http parameter start must be before end. received start=\(start) end=\(end)")
      }
      side.range = nanoseconds(start)...(end == 0 ? UInt64.max : nanoseconds(end))
    }
    return side
  }

  private static func nanoseconds(_ seconds: UInt64) -> UInt64 {
    let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflows ? .max : product
  }

  private static func format(_ body: JSON) throws(APIError) -> TraceDiffFormat {
    guard let text = body["format"]?.string, !text.isEmpty else { return .patch }
    guard let format = TraceDiffFormat(rawValue: text) else {
      let names = TraceDiffFormat.allCases.map { GoQuote.quote($0.rawValue) }
      throw .badRequest(
        "invalid format \(GoQuote.quote(text)): must be one of " + names.joined(separator: ", "))
    }
    return format
  }

  private static func fetch(
    _ name: String, _ side: Side, _ context: RequestContext
  ) async throws(APIError) -> (Trace, bytes: Int) {
    let found = try await TraceEndpoint.find(side.traceID, side.range, nil, context)
    guard found.isFound else { throw APIError(404, "Not Found") }
    if found.isCut {
      throw APIError(
        422,
        "fetch \(name) trace: trace \(Hex.encode(side.traceID)): partial traces cannot be diffed")
    }
    return (found.trace, found.bytesRead)
  }
}
