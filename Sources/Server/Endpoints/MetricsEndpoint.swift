import Engine
import TraceQL

/// `/api/metrics/query_range` and `/api/metrics/query`: checked in full, not run yet.
enum MetricsEndpoint {
  static func respond(
    _ context: RequestContext, isInstant: Bool
  ) throws(APIError) -> APIResponse {
    let request = try MetricsParameters(context.parameters, context.options, isInstant: isInstant)
    try request.check(context.options)
    throw APIError(501, "metrics functions are not supported yet")
  }
}

/// What a metrics request asks, checked in the order in which the API reports what is wrong.
struct MetricsParameters {
  /// Unix nanoseconds.
  let start: Int64
  let end: Int64
  /// Nanoseconds; 0 for an instant query.
  let step: Int64
  private let text: String
  private let isInstant: Bool

  init(
    _ parameters: Parameters, _ options: APIOptions, isInstant: Bool
  ) throws(APIError) {
    self.isInstant = isInstant
    let bytesMax = options.limits.queryBytesMax
    let query = try parameters.expression("query", bytesMax: bytesMax)
    text = try parameters.expression("q", bytesMax: bytesMax) ?? query ?? ""
    let now = options.nowNanoseconds
    let since = try Self.since(parameters)
    let end = try Self.moment("end", parameters) ?? now
    let start = try Self.moment("start", parameters) ?? (end > now ? now : end) - since
    let given = isInstant ? 0 : try Self.step(parameters)
    (self.start, self.end) = (start, end)
    step = isInstant ? 0 : given ?? Self.defaultStep(range: end - start)
  }

  /// Everything the API refuses before it runs a query.
  func check(_ options: APIOptions) throws(APIError) {
    guard start < end else { throw .badRequest("end must be greater than start") }
    let range = end - start
    if let limit = options.metricsDurationNanosecondsMax, range > limit {
      throw .badRequest(
        "metrics query time range exceeds the maximum allowed duration of "
          + GoDuration.format(nanoseconds: limit))
    }
    if !isInstant, step == 0 || range / step > Int64(options.metricsIntervalsMax) {
      let minimum = range / Int64(options.metricsIntervalsMax)
      throw .badRequest(
        "step of \(GoDuration.format(nanoseconds: step)) is too small, minimum step for given "
          + "range is \(GoDuration.format(nanoseconds: minimum))")
    }
    try checkQuery(options)
  }

  private func checkQuery(_ options: APIOptions) throws(APIError) {
    let compiling = "compiling query: "
    guard !text.isEmpty else {
      throw .badRequest(
        (isInstant ? compiling : "") + "parse error : syntax error: unexpected $end")
    }
    let query = QueryText(text, dialect: options.dialect)
    if let message = query.message {
      throw .badRequest((query.isSyntaxError && !isInstant ? "" : compiling) + message)
    }
    guard case .metrics = query.query.body else { throw .badRequest("not a metrics query") }
  }
}

// MARK: Values

extension MetricsParameters {
  /// The reference wraps what is wrong with these parameters.
  private static func wrapped(_ message: String) -> APIError {
    .badRequest("rpc error: code = Code(400) desc = " + message)
  }

  private static func moment(
    _ name: String, _ parameters: Parameters
  ) throws(APIError) -> Int64? {
    guard let text = parameters[name] else { return nil }
    do {
      return try Timestamp.parse(text)
    } catch {
      throw wrapped("could not parse '\(name)' parameter: \(error.message)")
    }
  }

  private static func since(_ parameters: Parameters) throws(APIError) -> Int64 {
    guard let text = parameters["since"] else { return 3_600_000_000_000 }
    do {
      return try DurationText.prometheus(text)
    } catch {
      throw wrapped("could not parse 'since' parameter: \(error.message)")
    }
  }

  private static func step(_ parameters: Parameters) throws(APIError) -> Int64? {
    guard let text = parameters["step"] else { return nil }
    do {
      return try DurationText.step(text)
    } catch {
      throw wrapped(error.message)
    }
  }

  /// About 240 samples, at a round distance; all in nanoseconds.
  static func defaultStep(range: Int64) -> Int64 {
    let second: Int64 = 1_000_000_000
    let base = range / 240
    if range < 60 * second {
      let grain: Int64 = 50_000_000
      return max(base / grain * grain, grain)
    }
    for seconds: Int64 in [3_600, 300, 60, 15, 5, 1] where base > seconds * second {
      return base / (seconds * second) * (seconds * second)
    }
    return second
  }
}
