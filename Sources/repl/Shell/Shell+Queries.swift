import Engine
import TraceQL

extension Shell {
  /// A query faster than this shows no progress.
  static let quietNanoseconds: UInt64 = 250_000_000

  /// Parses; what is wrong is underlined, with the names the source really has.
  func check(_ text: String) throws(CommandFailure) -> CheckedQuery {
    let parsed = Query.parse(
      text, dialect: session.dialect, parameters: session.settings.parameters)
    // Who gives values need not be told that Tempo knows none.
    let worthSaying = parsed.diagnostics.filter {
      $0.isError || $0.code != .languageExtension(.parameter)
    }
    let said = DiagnosticText.render(
      worthSaying, source: text, style: session.terminal.errorStyle, dialect: session.dialect)
    guard parsed.isValid, let query = parsed.query else {
      let hint = parsed.diagnostics.contains { $0.isError && $0.code.isMissingValue }
      throw CommandFailure(
        text: said + (hint ? "Give it one with .params NAME VALUE\n" : ""), code: .badRequest)
    }
    // Notes on what plain Tempo would not understand, and warnings, are for people.
    if isInteractive {
      let warnings = QueryLint.warnings(about: query, source: text, dialect: session.dialect)
      output.complain(
        said
          + DiagnosticText.render(
            warnings, source: text, style: session.terminal.errorStyle, dialect: session.dialect))
    }
    return CheckedQuery(
      query: query, text: text,
      plainText: parsed.parametersUsed.isEmpty ? text : query.description)
  }

  func runQuery(_ text: String) async throws(CommandFailure) -> ExitCode {
    let query = try check(text)
    if case .metrics(let expression) = query.query.body {
      return try await runMetrics(query, expression)
    }
    return try await runSearch(query)
  }

  // MARK: Search

  private func runSearch(_ query: CheckedQuery) async throws(CommandFailure) -> ExitCode {
    let (result, outcome, elapsed) = try await search(query)
    answer = ShellAnswer(query: query, search: result)
    answer.statistics = result.statistics
    answer.elapsedNanoseconds = elapsed
    if mode == .otlpJSON {
      try await writeWhole(result)
    } else {
      show(result)
    }
    if options.showsTimer { summarize(result, elapsed) }
    output.finishAnswer()
    advise(on: query, isEmpty: result.traces.isEmpty)
    return session.conclude(outcome, partialReasons: result.partialReasons)
  }

  /// Runs a search under watch, and asks for just what is shown: `rows` of each, or those of the
  /// mode that is set.
  func search(
    _ query: CheckedQuery, showing rows: RowKind? = nil, range: ClosedRange<UInt64>? = nil,
    limit: Int? = nil
  ) async throws(CommandFailure) -> (SearchResult, QueryWatch.Outcome, UInt64) {
    let source = try source()
    var engineOptions = session.queryOptions
    if let range {
      engineOptions.timeRange = range
    } else {
      engineOptions.timeRange = try currentRange()
    }
    engineOptions.limit = limit ?? session.settings.limit
    engineOptions.countsEveryMatch = mode.readers == .people && limit == nil
    var query = query
    query.query = QueryShape.shaped(
      query.query, &engineOptions, rows: rows ?? session.settings.rows,
      isTree: rows == nil && mode == .tree)
    let began = Clock.monotonicNanoseconds()
    let (shaped, finalOptions) = (query, engineOptions)
    let (answer, outcome) = await watched(patience: .short) { progress throws(CommandFailure) in
      try await source.search(shaped, options: finalOptions, progress: progress)
    } instead: { progress in
      progress.answerSoFar(tracesMax: QueryWatch.interruptedTracesMax).map { .success($0) }
    }
    let elapsed = Clock.monotonicNanoseconds() - began
    switch answer {
    case .success(let result): return (result, outcome, elapsed)
    case .failure(let failure):
      // A query that was stopped may have no better answer than an error.
      try session.failIfStopped(outcome)
      throw failure
    }
  }

  private func summarize(_ result: SearchResult, _ elapsed: UInt64) {
    let statistics = result.statistics
    let matched = result.traces.reduce(0) { total, trace in
      trace.spanSets.reduce(total) { $0 + $1.matched }
    }
    let summary = AnswerSummary(
      shownCount: result.traces.count, matchedCount: result.matchedTraceCount,
      matchedCountIsExact: result.matchedTraceCountIsExact,
      spansInspected: statistics.inspectedSpans, elapsedNanoseconds: elapsed,
      bytesRead: statistics.inspectedBytes, bytesTotal: statistics.blockBytes,
      limit: session.settings.limit)
    let text = summary.shellText(
      spansMatched: matched, isPartial: !result.partialReasons.isEmpty)
    note(text)
  }

  /// The line below an answer.
  func note(_ text: String) {
    let style = session.terminal.outputStyle
    let width = StandardStream.output.isTerminal ? WindowSize.current.columns : .max
    for line in DisplayWidth.wrappedParts(text, to: width - 1) {
      StandardStream.output.write(style.apply(.dim, to: line) + "\n")
    }
  }

  // MARK: Watching

  /// Runs `query` with progress on the screen; Ctrl-C stops it and keeps what was found, or what
  /// `instead` finds of a query that does not stop at once.
  func watched<Answer: Sendable>(
    patience: QueryWatch.Patience = .long,
    _ query: @escaping @Sendable (QueryProgress) async throws(CommandFailure) -> Answer,
    instead: @escaping @Sendable (QueryProgress) -> Result<Answer, CommandFailure>? = { _ in nil }
  ) async -> (result: Result<Answer, CommandFailure>, outcome: QueryWatch.Outcome) {
    catalogue?.pause()
    return await QueryWatch.run(
      timeoutNanoseconds: session.settings.timeoutNanoseconds,
      display: isInteractive ? display : nil, patience: patience, query
    ) { progress in
      instead(progress) ?? .failure(.beforeAnAnswer)
    }
  }

  private var display: QueryWatch.Display? {
    guard session.terminal.errorWidth != nil, !TerminalKind.isDumb else { return nil }
    let (style, zone) = (session.terminal.errorStyle, session.settings.zone)
    return QueryWatch.Display(
      quietNanoseconds: Self.quietNanoseconds,
      lines: { progress, elapsed in
        // The window may have changed its size since the query began.
        let size = WindowSize.current
        let live = LiveProgress(width: size.columns, style: style, zone: zone)
        let rows = max(0, min(10, size.rows - 6))
        return live.lines(
          Array(progress.matchesSoFar.prefix(rows)), .init(progress, elapsedNanoseconds: elapsed))
      }, endsAtSecondInterrupt: false)
  }
}

extension AnswerSummary {
  /// What the shell says: the same, with spans matched and where the rest is.
  package func shellText(spansMatched: Int, isPartial: Bool) -> String {
    var parts = [
      isPartial ? "partial: " + count : count,
      NumberText.counted(spansMatched, "span") + " matched"
        + (isWhole ? "" : " in them"),
    ]
    // A server may not say.
    if spansInspected > 0 || bytesTotal > 0 {
      parts.append(NumberText.short(Double(spansInspected)) + " inspected")
    }
    parts.append(DurationText.format(nanoseconds: Int64(clamping: elapsedNanoseconds)))
    if bytesTotal > 0 {
      parts.append("\(NumberText.bytes(bytesRead)) of \(NumberText.bytes(bytesTotal)) read")
    }
    let more = advice == nil ? "" : "; .limit 0 shows all"
    return parts.joined(separator: " · ") + more
  }
}
