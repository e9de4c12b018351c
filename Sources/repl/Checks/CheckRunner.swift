import Engine
import OTLP
import Storage
import TraceQL
import Wire

/// Asks the query of a check and judges the answer.
struct CheckRunner {
  var session: Session
  var blocks: [Block]

  /// Traces asked for in one query while shapes are looked at.
  private static let tracesAtOnce = 32

  private struct Stop: Error {
    var reason: String
    var code: ExitCode
  }

  func run(_ check: Check, of file: String) async -> (CheckOutcome, ExitCode) {
    let began = Clock.monotonicNanoseconds()
    func outcome(_ status: CheckOutcome.Status) -> CheckOutcome {
      CheckOutcome(
        file: file, name: check.name, line: check.line, status: status,
        elapsedNanoseconds: Clock.monotonicNanoseconds() - began)
    }
    if let reason = check.skipReason { return (outcome(.skipped(reason)), .answered) }
    do throws(Stop) {
      let failures: [CheckOutcome.Failure] =
        switch check.query.body {
        case .metrics(let expression): try await metrics(check, expression)
        case .pipeline: try await search(check)
        }
      return failures.isEmpty
        ? (outcome(.passed), .answered) : (outcome(.failed(failures)), .findings)
    } catch {
      return (outcome(.broken(error.reason)), error.code)
    }
  }

  private func options(_ check: Check) -> QueryOptions {
    var options = session.queryOptions
    if let range = check.range.timeRange { options.timeRange = range }
    return options
  }

  // MARK: Asking

  private func watched<Answer: Sendable>(
    _ query: @escaping @Sendable (QueryProgress) async throws(QueryError) -> Answer
  ) async throws(Stop) -> Answer {
    let (answer, outcome) = await QueryWatch.run(
      timeoutNanoseconds: session.settings.timeoutNanoseconds, width: session.terminal.errorWidth,
      query)
    switch outcome {
    case .finished: break
    case .interrupted: throw Stop(reason: "interrupted", code: .interrupted)
    case .timedOut:
      let limit = Int64(clamping: session.settings.timeoutNanoseconds ?? 0)
      throw Stop(
        reason: "stopped after \(DurationText.format(nanoseconds: limit))", code: .partial)
    }
    do throws(QueryError) {
      return try answer.get()
    } catch {
      switch error {
      case .damagedBlock(let sentence): throw Stop(reason: sentence, code: .unreadable)
      case .limitReached(_, let message): throw Stop(reason: message, code: .partial)
      case .invalidQuery(let diagnostics):
        let message = diagnostics.first?.code.message ?? "the query is wrong"
        throw Stop(reason: message, code: .badRequest)
      }
    }
  }

  /// Only a whole answer can meet an expectation.
  private func requireWhole(_ partialReasons: [String]) throws(Stop) {
    guard let reason = partialReasons.first else { return }
    throw Stop(reason: "partial answer: \(reason)", code: .partial)
  }

  private func metrics(
    _ check: Check, _ expression: MetricsExpression
  ) async throws(Stop) -> [CheckOutcome.Failure] {
    var options = options(check)
    options.metrics.exemplarsMax = 0
    let range = MetricsRange(
      options.timeRange, held: blocks.timeRange,
      stepNanoseconds: check.range.stepNanoseconds ?? session.settings.stepNanoseconds,
      isInstant: check.range.isInstant, now: session.nowNanoseconds)
    let window: MetricsWindow
    do throws(CommandFailure) {
      window = try range.window()
    } catch {
      throw Stop(reason: error.sentence, code: .badRequest)
    }
    let engine = QueryEngine(blocks: blocks)
    let wanted = options
    let result = try await watched { progress throws(QueryError) in
      try await engine.metrics(check.query, window: window, options: wanted, progress: progress)
    }
    try requireWhole(result.partialReasons)
    return check.expectations.compactMap {
      ExpectationJudge.judge($0, of: MetricsUnit(expression), found: result)
    }
  }

  private func search(_ check: Check) async throws(Stop) -> [CheckOutcome.Failure] {
    var options = options(check)
    options.countsEveryMatch = true
    options.spansPerSpanSet = 1
    options.limit = ExpectationJudge.rowsMax
    for expectation in check.expectations {
      switch expectation.kind {
      case .spans: options.limit = 0
      case .trace where options.limit > 0:
        options.limit = check.limit == 0 ? 0 : max(options.limit, check.limit)
      default: break
      }
    }
    let engine = QueryEngine(blocks: blocks)
    let wanted = options
    let result = try await watched { progress throws(QueryError) in
      try await engine.search(check.query, options: wanted, progress: progress)
    }
    try requireWhole(result.partialReasons)
    var failures: [CheckOutcome.Failure] = []
    for expectation in check.expectations {
      if case .trace(let shape) = expectation.kind {
        if let failure = try await self.failure(of: shape, expectation, check, result) {
          failures.append(failure)
        }
      } else if let failure = ExpectationJudge.judge(expectation, found: result) {
        failures.append(failure)
      }
    }
    return failures
  }

  // MARK: Shapes

  private func failure(
    of shape: TraceShape, _ expectation: CheckExpectation, _ check: Check, _ result: SearchResult
  ) async throws(Stop) -> CheckOutcome.Failure? {
    func failure(_ found: String, _ rows: [String]) -> CheckOutcome.Failure {
      .init(
        line: expectation.line, expected: "every trace to have this shape", found: found, rows: rows
      )
    }
    let traces = check.limit == 0 ? result.traces[...] : result.traces.prefix(check.limit)
    guard !traces.isEmpty else { return failure("no trace was found", []) }
    var rows: [String] = []
    var wrongCount = 0
    var rest = traces
    while !rest.isEmpty {
      let some = Array(rest.prefix(Self.tracesAtOnce))
      rest = rest.dropFirst(some.count)
      let matching = try await matchingSpans(of: shape, in: some, check)
      for trace in some {
        guard let missing = try missing(shape, in: trace, matching, check) else { continue }
        wrongCount += 1
        if rows.count < ExpectationJudge.rowsMax {
          rows.append("\(Hex.encode(trace.traceID))  \(missing)")
        }
      }
    }
    guard wrongCount > 0 else { return nil }
    if wrongCount > rows.count { rows.append("and \(wrongCount - rows.count) more") }
    let all = NumberText.counted(traces.count, "trace")
    return failure(
      "\(NumberText.grouped(wrongCount)) of \(all) \(wrongCount == 1 ? "has" : "have") not", rows)
  }

  /// For each node of the shape the spans that satisfy its filter, by trace.
  private func matchingSpans(
    of shape: TraceShape, in traces: [TraceMatch], _ check: Check
  ) async throws(Stop) -> [[[UInt8]: Set<[UInt8]>]] {
    let isOneOfThem = Self.disjunction(traces.map(\.traceID))
    var options = options(check)
    options.limit = 0
    options.spansPerSpanSet = 0
    let engine = QueryEngine(blocks: blocks)
    var found: [[[UInt8]: Set<[UInt8]>]] = []
    for node in shape.allNodes {
      let filter = FieldExpression(.binary(.and, isOneOfThem, node.filter))
      let query = Query(body: .pipeline(Pipeline(stages: [.spanset(.filter(filter))])))
      let wanted = options
      let result = try await watched { progress throws(QueryError) in
        try await engine.search(query, options: wanted, progress: progress)
      }
      try requireWhole(result.partialReasons)
      var spans: [[UInt8]: Set<[UInt8]>] = [:]
      for trace in result.traces {
        spans[trace.traceID, default: []].formUnion(
          trace.spanSets.lazy.flatMap(\.spans).map(\.spanID))
      }
      found.append(spans)
    }
    return found
  }

  /// `trace:id = "a" || trace:id = "b" …`; IDs in queries have no leading zeros.
  private static func disjunction(_ traceIDs: [[UInt8]]) -> FieldExpression {
    let field = FieldExpression(.field(.intrinsic(.traceID)))
    let tests = traceIDs.map { id -> FieldExpression in
      let digits = String(Hex.encode(id).drop { $0 == "0" })
      return FieldExpression(
        .binary(.compare(.equal), field, FieldExpression(.literal(.string(digits)))))
    }
    guard let first = tests.first else { preconditionFailure("there is a trace to look at") }
    return tests.dropFirst().reduce(first) { FieldExpression(.binary(.or, $0, $1)) }
  }

  private func missing(
    _ shape: TraceShape, in trace: TraceMatch, _ matching: [[[UInt8]: Set<[UInt8]>]], _ check: Check
  ) throws(Stop) -> String? {
    var found: Trace?
    do throws(StorageError) {
      found = try TraceReader.read(
        traceID: trace.traceID, blocks: blocks, timeRange: options(check).timeRange)
    } catch {
      throw Stop(reason: "\(error)", code: .unreadable)
    }
    let spans = found.map(WaterfallSpan.all) ?? []
    let matches = matching.map { byTrace in
      let ids = byTrace[trace.traceID] ?? []
      return spans.map { ids.contains($0.id) }
    }
    return ShapeMatcher(shape, spans: spans, matches: matches).failure()
  }
}
