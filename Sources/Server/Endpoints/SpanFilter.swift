import Engine
import OTLP
import TraceQL
import Wire

/// `q` of a trace look-up: only the spans it matches are given (http-api.md 4.5).
struct SpanFilter {
  /// nil matches every span.
  private let condition: FieldExpression
  private let surroundings: Trace.Surroundings

  static let notice = "Trace filtered, only a subset of spans matching the filter is returned"

  /// nil without `q`, or with a blank one.
  init?(_ parameters: Parameters, _ options: APIOptions) throws(APIError) {
    let given = try parameters.expression("q", bytesMax: options.limits.queryBytesMax)
    guard let given else { return nil }
    let text = String(given.trimmingBlanks)
    guard !text.isEmpty else { return nil }
    condition = try Self.condition(text, options)
    var surroundings = Trace.Surroundings()
    surroundings.descendantLevels = try Self.levels("match_depth", parameters) ?? 0
    if surroundings.descendantLevels == -1 { surroundings.descendantLevels = nil }
    let keepsHierarchy = try Self.flag("keep_hierarchy", parameters)
    let ancestors = try Self.levels("ancestor_depth", parameters) ?? -1
    if keepsHierarchy { surroundings.ancestorLevels = ancestors == -1 ? nil : ancestors }
    self.surroundings = surroundings
  }

  // MARK: Reading

  private static func refusal(_ reason: String) -> APIError {
    .badRequest("invalid TraceQL filter: " + reason)
  }

  private static func condition(
    _ text: String, _ options: APIOptions
  ) throws(APIError) -> FieldExpression {
    let query = QueryText(text, dialect: options.dialect)
    if let message = query.message {
      throw refusal("failed to parse TraceQL spanset filter: " + message)
    }
    let only = "only a single TraceQL filter is supported: got a "
    guard case .pipeline(let pipeline) = query.query.body else {
      throw refusal(only + "metrics query")
    }
    guard pipeline.stages.count == 1, case .spanset(.filter(let condition)) = pipeline.stages[0]
    else { throw refusal(only + "structural or aggregate query") }
    for intrinsic in traceIntrinsics where condition.mentions(intrinsic) {
      throw refusal("trace-level intrinsics are not supported: got \(intrinsic.rawValue)")
    }
    return condition
  }

  /// These tell of the trace, not of one span of it.
  private static let traceIntrinsics: [Intrinsic] = [
    .traceDuration, .rootName, .rootServiceName, .traceID,
  ]

  /// A number of levels; -1 means all of them.
  private static func levels(
    _ name: String, _ parameters: Parameters
  ) throws(APIError) -> Int? {
    guard let text = parameters[name] else { return nil }
    let value: Int64
    do {
      value = try GoNumber.int64(text, function: "Atoi")
    } catch {
      throw .badRequest("invalid value for \(name): \(error.message)")
    }
    guard value >= -1 else { throw .badRequest("invalid value for \(name): must be >= -1") }
    return Int(value)
  }

  private static func flag(_ name: String, _ parameters: Parameters) throws(APIError) -> Bool {
    guard let text = parameters[name] else { return false }
    do {
      return try GoNumber.bool(text)
    } catch {
      throw .badRequest("invalid value for \(name): \(error.message)")
    }
  }

  // MARK: Filtering

  /// What makes a span one and the same in a search result and in a trace: two halves of a call
  /// may share an ID.
  private struct Identity: Hashable {
    var spanID: [UInt8]
    var startNanoseconds: UInt64
    var durationNanoseconds: Int64
  }

  /// Which spans of the trace, as stored, match: an answer per span.
  func matches(
    _ trace: Trace, traceID: [UInt8], _ context: RequestContext
  ) async throws(APIError) -> [Bool] {
    let text = "{ trace:id = \"\(Hex.encode(traceID))\" && (\(condition.description)) }"
    let query = QueryText(text, dialect: .extended)
    guard query.message == nil else {
      preconditionFailure("a valid filter stays valid beside a trace ID: \(text)")
    }
    var options = context.queryOptions(.everything)
    options.limit = 0
    options.spansPerSpanSet = 0
    options.traceScope = .wholeTrace
    let result: SearchResult
    do throws(QueryError) {
      result = try await QueryEngine(blocks: context.blocks).search(
        query.query, options: options, progress: context.progress)
    } catch {
      throw error.apiError(query: text)
    }
    var found: Set<Identity> = []
    for set in result.traces.flatMap(\.spanSets) {
      for span in set.spans {
        found.insert(
          Identity(
            spanID: span.spanID, startNanoseconds: span.startNanoseconds,
            durationNanoseconds: span.durationNanoseconds))
      }
    }
    return trace.spans { span in
      let duration = Int64(bitPattern: span.endNanoseconds &- span.startNanoseconds)
      return found.contains(
        Identity(
          spanID: span.spanID, startNanoseconds: span.startNanoseconds,
          durationNanoseconds: duration))
    }
  }

  /// The spans that match, with what surrounds them.
  func apply(to trace: Trace, matches: [Bool]) -> Trace { trace.keeping(matches, surroundings) }
}

extension String {
  fileprivate var trimmingBlanks: Substring {
    var text = self[...]
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
  }
}
