import Engine
import Server
import Storage
import TraceQL

/// `traceql query`: one search or metrics query, shown in the format asked for.
enum QueryCommand {
  /// Spans a tree shows below each trace or group.
  private static let treeSpansMax = 10

  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let text = try QueryText(session)
    if case .metrics(let expression) = text.query.body {
      return try await MetricsCommand(text: text, expression: expression, session: session).run()
    }
    try refuseFlagsOfMetrics(session)
    let catalog = try await session.openCatalog()
    guard session.settings.format != .json else {
      return try await answerAsAPI(text, catalog, session)
    }
    var options = session.queryOptions
    // "20 of 1,145" needs every match counted; programs that read rows do not ask.
    options.countsEveryMatch = [.table, .tree, .markdown].contains(session.settings.format)
    let query = shaped(text.query, &options, session)
    let engine = QueryEngine(blocks: catalog.blocks)
    let began = Clock.monotonicNanoseconds()
    let (answer, outcome) = await QueryWatch.run(
      timeoutNanoseconds: session.settings.timeoutNanoseconds, width: session.terminal.errorWidth
    ) { progress throws(QueryError) in
      try await engine.search(query, options: options, progress: progress)
    }
    var result: SearchResult
    do throws(QueryError) {
      result = try answer.get()
    } catch {
      // A query that was stopped may have no better answer than an error.
      try session.failIfStopped(outcome)
      throw CommandFailure(error, source: text.text, session)
    }
    let elapsed = Clock.monotonicNanoseconds() - began
    if outcome == .interrupted { cut(&result, session) }
    show(result, elapsedNanoseconds: elapsed, session)
    if result.traces.isEmpty { session.explainEmptyRange(catalog.blocks) }
    return session.conclude(outcome, partialReasons: result.partialReasons)
  }

  /// Rows written after Ctrl-C: who pressed it does not wait for a million more.
  private static let interruptedRowsMax = 1_000

  private static func cut(_ result: inout SearchResult, _ session: Session) {
    var rows = 0
    let kept = result.traces.prefix { trace in
      rows += trace.spanSets.reduce(1) { $0 + $1.spans.count }
      return rows <= interruptedRowsMax
    }
    guard kept.count < result.traces.count else { return }
    let found = NumberText.counted(result.traces.count, "trace")
    session.complain("the newest \(NumberText.grouped(kept.count)) of \(found) found are shown")
    result.traces = Array(kept)
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

  /// Asks the engine for just what will be shown: no spans for a row per trace; for spans also
  /// their names and services, whether the query mentions them or not.
  private static func shaped(
    _ query: Query, _ options: inout QueryOptions, _ session: Session
  ) -> Query {
    let showsSpans = session.settings.rows == .spans
    guard showsSpans || session.settings.format == .tree else {
      options.spansPerSpanSet = 1
      return query
    }
    options.spansPerSpanSet = showsSpans ? 0 : treeSpansMax
    guard case .pipeline(var pipeline) = query.body else { return query }
    let wanted: [Field] = [
      .attribute(Attribute(.resource, "service.name")), .intrinsic(.name),
    ]
    let selection = Stage.select(wanted.map { FieldExpression(.field($0)) })
    // A bare aggregate can only be the last stage.
    if case .scalar = pipeline.stages.last {
      pipeline.stages.insert(selection, at: pipeline.stages.count - 1)
      guard pipeline.stages.count > 2 else { return query }
    } else {
      pipeline.stages.append(selection)
    }
    return Query(body: .pipeline(pipeline), hints: query.hints)
  }

  private static func show(
    _ result: SearchResult, elapsedNanoseconds: UInt64, _ session: Session
  ) {
    let statistics = result.statistics
    let summary = AnswerSummary(
      shownCount: result.traces.count, matchedCount: result.matchedTraceCount,
      matchedCountIsExact: result.matchedTraceCountIsExact,
      spansInspected: statistics.inspectedSpans,
      elapsedNanoseconds: elapsedNanoseconds, bytesRead: statistics.inspectedBytes,
      bytesTotal: statistics.blockBytes, limit: session.settings.limit)
    let zone = session.settings.zone
    switch session.settings.format {
    case .tree:
      let drawing = ResultTree(
        width: session.terminal.outputWidth, style: session.terminal.outputStyle, zone: zone)
      TableOutput.lines(drawing.lines(result.traces), footer: summary.text, session: session)
    case .table, .json, .ndjson, .csv, .tsv, .markdown, .chart, .prometheus, .svg, .text,
      .junit, .tap:
      let readers = TableOutput.readers(session)
      let table =
        session.settings.rows == .spans
        ? SpanRows.table(result.traces, for: readers, zone: zone)
        : TraceRows.table(result.traces, for: readers, zone: zone)
      TableOutput.write(table, footer: summary.text, session: session)
      // Programs must learn of what was cut too, though not in the middle of their data.
      if session.settings.format != .table, let advice = summary.advice {
        session.complain("\(summary.count); \(advice)")
      }
    }
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
