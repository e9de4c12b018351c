import Engine
import TraceQL

/// `/api/metrics/query_range` and `/api/metrics/query`.
enum MetricsEndpoint {
  static func respond(
    _ context: RequestContext, isInstant: Bool
  ) async throws(APIError) -> APIResponse {
    let request = try MetricsParameters(context.parameters, context.options, isInstant: isInstant)
    var options = context.queryOptions(.everything)
    options.metrics = request.options
    let result: MetricsResult
    do throws(QueryError) {
      result = try await QueryEngine(blocks: context.blocks).metrics(
        request.text.query, window: request.window, options: options, progress: context.progress)
    } catch {
      throw error.apiError(query: request.text.text)
    }
    let seriesMax = request.options.seriesMax
    // Whatever the request accepts: the reference has no other form here.
    var response = APIResponse.json(
      isInstant
        ? MetricsJSON.instant(result, seriesMax: seriesMax)
        : MetricsJSON.range(result, seriesMax: seriesMax))
    response.isMarkedPartial = result.isTruncated
    response.markPartial(result.partialReasons)
    // Unlike bodies of searches these have members for it.
    response.markPartialBody()
    response.cost = result.statistics
    return response
  }
}

/// What a metrics request asks, checked in the order in which the API reports what is wrong.
struct MetricsParameters {
  let text: QueryText
  let window: MetricsWindow
  let options: MetricsOptions

  init(
    _ parameters: Parameters, _ options: APIOptions, isInstant: Bool
  ) throws(APIError) {
    let bytesMax = options.limits.queryBytesMax
    let other = try parameters.expression("query", bytesMax: bytesMax)
    let text = try parameters.expression("q", bytesMax: bytesMax) ?? other ?? ""
    window = try Self.window(parameters, options.metricsTimeRules, isInstant: isInstant)
    self.text = try Self.query(text, options, isInstant: isInstant)
    self.options = Self.options(parameters, options.metrics, isInstant: isInstant)
  }

  private static func query(
    _ text: String, _ options: APIOptions, isInstant: Bool
  ) throws(APIError) -> QueryText {
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
    return query
  }

  /// Absent and unreadable numbers are the same here: the default.
  private static func options(
    _ parameters: Parameters, _ defaults: MetricsOptions, isInstant: Bool
  ) -> MetricsOptions {
    func count(_ name: String) -> Int {
      // What is no number is the same as none (http-api.md 8.1).
      parameters[name].flatMap { try? Int(GoNumber.uint32($0)) } ?? 0
    }
    var options = defaults
    if isInstant { return options }
    let exemplars = count("exemplars")
    if exemplars > 0 { options.exemplarsMax = min(exemplars, options.exemplarsMax) }
    let series = count("maxSeries")
    if series > 0 {
      options.seriesMax = options.seriesMax > 0 ? min(series, options.seriesMax) : series
    }
    return options
  }
}

// MARK: Times

extension MetricsParameters {
  private static func window(
    _ parameters: Parameters, _ rules: MetricsTimeRules, isInstant: Bool
  ) throws(APIError) -> MetricsWindow {
    let now = rules.nowNanoseconds
    let since = try since(parameters)
    let end = try moment("end", parameters) ?? now
    let start = try moment("start", parameters) ?? min(end, now).saturatingSubtract(since)
    let step = isInstant ? nil : try step(parameters)
    do throws(MetricsTimeRules.Refusal) {
      return isInstant
        ? try rules.instant(start: start, end: end)
        : try rules.range(start: start, end: end, step: step)
    } catch {
      throw .badRequest(error.message)
    }
  }

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
}

extension Int64 {
  fileprivate func saturatingSubtract(_ other: Int64) -> Int64 {
    let (difference, overflows) = subtractingReportingOverflow(other)
    return overflows ? .min : difference
  }
}
