import Engine
import Storage
import TraceQL

/// `traceql explain`: the plans of a query, and with `--analyze` what they cost.
enum ExplainCommand {
  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let text = try QueryText(session)
    let catalog = try await session.openCatalog()
    if session.arguments.isSet(.analyze) { return try await analyze(text, catalog, session) }
    let plans: String
    do throws(QueryError) {
      plans = try await QueryEngine(blocks: catalog.blocks).explain(
        text.query, options: session.queryOptions)
    } catch {
      throw CommandFailure(error, source: text.text, session)
    }
    StandardStream.output.write(plans.hasSuffix("\n") ? plans : plans + "\n")
    return .answered
  }

  private static func analyze(
    _ text: QueryText, _ catalog: BlockCatalog, _ session: Session
  ) async throws(CommandFailure) -> ExitCode {
    var window: MetricsWindow?
    if case .metrics = text.query.body {
      window = try MetricsRange(
        session.settings.timeRange, held: catalog.blocks.timeRange,
        stepNanoseconds: session.settings.stepNanoseconds, isInstant: session.settings.isInstant,
        now: session.nowNanoseconds
      ).window()
    }
    let (answer, outcome) = await QueryWatch.run(
      timeoutNanoseconds: session.settings.timeoutNanoseconds, display: session.progressDisplay
    ) { [window] progress throws(QueryError) in
      try await QueryEngine(blocks: catalog.blocks).analyze(
        text.query, window: window, options: session.queryOptions, progress: progress)
    } instead: { _ in
      .failure(.interrupted)
    }
    do throws(QueryError) {
      let analysis = try answer.get()
      TableOutput.write(
        AnalysisTable.table(analysis, TableOutput.readers(session)),
        footer: AnalysisTable.footer(analysis), session: session)
    } catch {
      try session.failIfStopped(outcome)
      throw CommandFailure(error, source: text.text, session)
    }
    return session.conclude(outcome, partialReasons: [])
  }
}
