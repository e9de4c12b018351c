import Engine
import Server
import Storage
import TraceQL

/// `traceql query`: one search or metrics query, shown in the format asked for.
enum QueryCommand {
  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let text = try QueryText(session)
    if case .metrics(let expression) = text.query.body {
      if session.arguments.isSet(.follow) {
        throw CommandFailure(
          UsageError(
            "--follow is for searches", hint: "A metrics query counts what is there.",
            command: .query))
      }
      return try await MetricsCommand(text: text, expression: expression, session: session).run()
    }
    try refuseFlagsOfMetrics(session)
    if session.arguments.isSet(.follow) { return try await FollowCommand.run(text, session) }
    let catalog = try await session.openCatalog()
    guard session.settings.format != .json else {
      return try await answerAsAPI(text, catalog, session)
    }
    var options = session.queryOptions
    // "20 of 1,145" needs every match counted; programs that read rows do not ask.
    options.countsEveryMatch = [.table, .tree, .markdown].contains(session.settings.format)
    let query = QueryShape.shaped(
      text.query, &options, rows: session.settings.rows, isTree: session.settings.format == .tree)
    let engine = QueryEngine(blocks: catalog.blocks)
    let began = Clock.monotonicNanoseconds()
    let (answer, outcome) = await QueryWatch.run(
      timeoutNanoseconds: session.settings.timeoutNanoseconds, display: session.progressDisplay,
      patience: .short
    ) { [options] progress throws(QueryError) in
      try await engine.search(query, options: options, progress: progress)
    } instead: { progress in
      let found = progress.answerSoFar(tracesMax: QueryWatch.interruptedTracesMax)
      return found.map { .success($0) } ?? .failure(.interrupted)
    }
    let result: SearchResult
    do throws(QueryError) {
      result = try answer.get()
    } catch {
      // A query that was stopped may have no better answer than an error.
      try session.failIfStopped(outcome)
      throw CommandFailure(error, source: text.text, session)
    }
    KeptToTheEnd.keep(result)
    let elapsed = Clock.monotonicNanoseconds() - began
    let timeLimit = session.settings.timeoutNanoseconds.map { began &+ $0 }
    let output = SearchOutput(
      session: session, timeLimit: timeLimit, isInterrupted: outcome == .interrupted)
    let ended = output.show(result, elapsedNanoseconds: elapsed)
    if result.traces.isEmpty { session.explainEmptyRange(catalog.blocks) }
    return session.conclude(
      outcome == .finished ? ended : outcome, partialReasons: result.partialReasons)
  }

  private static func refuseFlagsOfMetrics(_ session: Session) throws(CommandFailure) {
    let flags: [Flag.Name] = [.step, .instant, .maxSeries, .exemplars]
    var wrong = flags.first(where: session.arguments.isSet)?.spelling
    if session.settings.format.isForMetrics {
      wrong = "--output " + session.settings.format.rawValue
    }
    guard let wrong else { return }
    throw CommandFailure(
      UsageError(
        "\(wrong) is for metrics queries",
        hint: "This is a search. A metrics query ends like '| rate()'.", command: .query))
  }

  /// `--output json`: the body Tempo's search API would send.
  private static func answerAsAPI(
    _ text: QueryText, _ catalog: BlockCatalog, _ session: Session
  ) async throws(CommandFailure) -> ExitCode {
    let limit = session.settings.limit
    var parameters = [("q", text.plainText), ("limit", limit == 0 ? "4294967295" : String(limit))]
    if session.settings.rows == .spans { parameters.append(("spss", "4294967295")) }
    let answer = try await APIAnswer.ask(
      "/api/search", parameters, catalog: catalog, session: session)
    StandardStream.output.write(answer.body)
    StandardStream.output.write("\n")
    return answer.code
  }
}
