import Engine
import OTLP
import Storage
import Wire

/// `traceql trace -`: the traces that a text names, each as soon as it is read.
struct NamedTraces {
  private let session: Session
  private let catalog: BlockCatalog
  private var seen: Set<String> = []
  private var foundCount = 0
  private var lineCount = 0
  private var missing: [String] = []
  /// The time of `--timeout` is up; the rest of the text is not looked at.
  private var isOutOfTime = false
  /// What `--skip-damaged` kept from being read.
  private var leftOut: [String] = []
  /// Rows of the formats that are one table in the end.
  private var table: Table?
  private var progress: ProgressLine
  private var code = ExitCode.answered

  private static let missingShownMax = 5

  static func run(_ session: Session) async throws(CommandFailure) -> ExitCode {
    let began = Clock.monotonicNanoseconds()
    var traces = NamedTraces(session, try await session.openCatalog())
    var lines = InputLines()
    lines.timeLimit = session.settings.timeoutNanoseconds.map { began &+ $0 }
    while !traces.isOutOfTime, let line = lines.next() {
      traces.lineCount += 1
      for traceID in TraceIDFinder.find(in: line) where !traces.isOutOfTime {
        try await traces.show(traceID)
        traces.isOutOfTime = lines.timeLimit.map { Clock.monotonicNanoseconds() >= $0 } ?? false
      }
    }
    traces.isOutOfTime = traces.isOutOfTime || lines.isOutOfTime
    return traces.finish()
  }

  private init(_ session: Session, _ catalog: BlockCatalog) {
    self.session = session
    self.catalog = catalog
    progress = ProgressLine(width: session.terminal.errorWidth)
  }

  private mutating func show(_ traceID: String) async throws(CommandFailure) {
    guard seen.insert(traceID).inserted else { return }
    let (lines, ids, found) = (lineCount, seen.count, foundCount)
    progress.show("\(NumberText.counted(lines, "line")) · \(ids) trace IDs · \(found) found")
    if session.settings.format == .json {
      guard let answer = try await TraceCommand.body(traceID, catalog, session) else {
        return missing.append(traceID)
      }
      foundCount += 1
      progress.clear()
      StandardStream.output.write(answer.body + [UInt8(ascii: "\n")])
      if answer.code != .answered { code = answer.code }
      return
    }
    var read: Trace?
    do throws(StorageError) {
      let (found, damaged) = try TraceCommand.find(
        Hex.decode(traceID) ?? [], catalog, QueryProgress(), session)
      read = found
      for reason in damaged where !leftOut.contains(reason) { leftOut.append(reason) }
    } catch {
      progress.clear()
      throw CommandFailure(error)
    }
    guard var trace = read else { return missing.append(traceID) }
    trace.separateSharedIDs()
    foundCount += 1
    progress.clear()
    write(trace, traceID)
  }

  private mutating func write(_ trace: Trace, _ traceID: String) {
    let zone = session.settings.zone
    switch session.settings.format {
    case .tree:
      if foundCount > 1 { StandardStream.output.write("\n") }
      let drawing = WaterfallText(
        width: session.terminal.outputWidth, style: session.terminal.outputStyle, zone: zone)
      let lines = drawing.lines(traceID: traceID, spans: WaterfallSpan.all(of: trace))
      TableOutput.lines(lines, footer: nil, session: session)
    case .ndjson:
      let rows = TraceSpanRows.table(trace, zone: zone).underTrace(traceID)
      StandardStream.output.write(JSONLines.bytes(rows))
    case .table, .json, .csv, .tsv, .markdown, .chart, .prometheus, .svg, .parquet, .text, .junit,
      .tap:
      let rows = TraceSpanRows.table(trace, zone: zone).underTrace(traceID)
      table = table.map { Table(columns: $0.columns, rows: $0.rows + rows.rows) } ?? rows
    }
  }

  /// Says what was not found; without any trace that is the exit code too.
  private mutating func finish() -> ExitCode {
    progress.clear()
    if let table {
      let traces = NumberText.counted(foundCount, "trace")
      let spans = NumberText.counted(table.rows.count, "span")
      TableOutput.write(table, footer: "\(traces) · \(spans)", session: session)
    }
    let blocks = NumberText.counted(catalog.blocks.count, "block")
    if seen.isEmpty, !isOutOfTime {
      session.complain("no trace IDs in \(NumberText.counted(lineCount, "line"))")
    } else if !missing.isEmpty {
      session.explainEmptyRange(catalog.blocks)
      let some = missing.prefix(Self.missingShownMax).joined(separator: ", ")
      let rest = missing.count - Self.missingShownMax
      session.complain(
        "\(NumberText.grouped(missing.count)) of \(NumberText.counted(seen.count, "trace ID")) "
          + "not in \(blocks): \(some)" + (rest > 0 ? " and \(NumberText.grouped(rest)) more" : ""))
    }
    guard !isOutOfTime else { return session.conclude(.timedOut, partialReasons: []) }
    guard leftOut.isEmpty else {
      return session.conclude(.finished, partialReasons: leftOut)
    }
    return foundCount == 0 ? .noSuchTrace : code
  }
}

extension Table {
  /// The same rows with the ID of their trace before them.
  fileprivate func underTrace(_ traceID: String) -> Table {
    Table(
      columns: [.init("Trace ID", key: "trace_id", isShared: true)] + columns,
      rows: rows.enumerated().map { index, row in
        Row([.text(traceID)] + row.cells, isContinuation: index > 0)
      })
  }
}
