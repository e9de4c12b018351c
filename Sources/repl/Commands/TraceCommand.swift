import Engine
import OTLP
import Storage
import Wire

/// `traceql trace`: one trace as a waterfall, as rows, or as the API gives it.
enum TraceCommand {
  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let text = session.arguments.operands.first ?? ""
    if text == "-" { return try await NamedTraces.run(session) }
    let traceID = try parse(text)
    let catalog = try await session.openCatalog()
    if session.settings.format == .json {
      return try await answerAsAPI(text, catalog, session)
    }
    let (answer, outcome) = await QueryWatch.run(
      timeoutNanoseconds: session.settings.timeoutNanoseconds, display: session.progressDisplay
    ) { progress throws(StorageError) in
      try find(traceID, catalog, progress, session)
    } instead: { _ in
      .failure(.cancelled)
    }
    let found: Trace?
    let leftOut: [String]
    do throws(StorageError) {
      (found, leftOut) = try answer.get()
    } catch {
      try session.failIfStopped(outcome)
      throw CommandFailure(QueryError(error), source: "", session)
    }
    guard var trace = found else {
      guard leftOut.isEmpty else {
        let reasons = leftOut.joined(separator: "; ")
        throw CommandFailure(
          "there is no trace \(text) in what can be read: \(reasons)", code: .partial)
      }
      throw notFound(text, catalog, session)
    }
    trace.separateSharedIDs()
    show(trace, traceID: Hex.encode(traceID), session)
    return session.conclude(outcome, partialReasons: leftOut)
  }

  /// The trace, and what was left out with `--skip-damaged`.
  static func find(
    _ traceID: [UInt8], _ catalog: BlockCatalog, _ progress: QueryProgress, _ session: Session
  ) throws(StorageError) -> (Trace?, [String]) {
    var leftOut: [String] = []
    let found = try TraceReader.find(
      traceID: traceID, blocks: catalog.blocks, timeRange: session.settings.timeRange,
      statistics: progress.readStatistics(session.limits),
      leaveOut: session.settings.skipsDamaged
        ? { leftOut.append("left out as damaged: \($0)") } : nil)
    return (found?.trace, leftOut)
  }

  private static func show(_ trace: Trace, traceID: String, _ session: Session) {
    let zone = session.settings.zone
    guard session.settings.format == .tree else {
      return TableOutput.write(
        TraceSpanRows.table(trace, zone: zone),
        footer: NumberText.counted(trace.spanCount, "span"), session: session)
    }
    let drawing = WaterfallText(
      width: session.terminal.outputWidth, style: session.terminal.outputStyle, zone: zone)
    let lines = drawing.lines(traceID: traceID, spans: WaterfallSpan.all(of: trace))
    TableOutput.lines(lines, footer: nil, session: session)
  }

  private static func answerAsAPI(
    _ text: String, _ catalog: BlockCatalog, _ session: Session
  ) async throws(CommandFailure) -> ExitCode {
    guard let answer = try await body(text, catalog, session) else {
      throw notFound(text, catalog, session)
    }
    StandardStream.output.write(answer.body)
    StandardStream.output.write("\n")
    return answer.code
  }

  /// What the API answers about a trace; nil if there is no such trace.
  static func body(
    _ text: String, _ catalog: BlockCatalog, _ session: Session
  ) async throws(CommandFailure) -> APIAnswer? {
    let answer = try await APIAnswer.ask(
      "/api/v2/traces/" + PercentEncoding.encode(text), [], catalog: catalog, session: session)
    // How the API says that there is no such trace.
    return answer.body.starts(with: Array(#"{"trace":{},"#.utf8)) ? nil : answer
  }

  /// 16 bytes of 1 to 32 hexadecimal digits; missing ones are leading zeros.
  static func parse(_ text: String) throws(CommandFailure) -> [UInt8] {
    let padded = String(repeating: "0", count: max(0, 32 - text.utf8.count)) + text
    guard !text.isEmpty, let bytes = Hex.decode(padded), bytes.count == 16 else {
      throw CommandFailure(
        UsageError(
          "'\(PrintableText.escaped(text))' is no trace ID",
          hint: "A trace ID has up to 32 hexadecimal digits.", command: .trace))
    }
    return bytes
  }

  private static func notFound(
    _ text: String, _ catalog: BlockCatalog, _ session: Session
  ) -> CommandFailure {
    session.explainEmptyRange(catalog.blocks)
    let blocks = NumberText.counted(catalog.blocks.count, "block")
    return CommandFailure("there is no trace \(text) in \(blocks)", code: .noSuchTrace)
  }
}
