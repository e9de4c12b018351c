import OTLP
import Wire

extension Shell {
  // MARK: Finding

  /// A trace by the number of its row, or by its ID.
  func trace(_ text: String) async throws(CommandFailure) -> (id: [UInt8], trace: Trace) {
    let id = try traceID(text)
    if let shown = answer.trace, shown.id == id { return shown }
    let source = try source()
    let (found, outcome) = await watched { progress throws(CommandFailure) in
      try await source.trace(id: id, timeRange: nil, progress: progress)
    }
    try session.failIfStopped(outcome)
    guard let trace = try found.get() else {
      throw CommandFailure(text: "there is no trace \(Hex.encode(id))\n", code: .noSuchTrace)
    }
    return (id, trace)
  }

  private func traceID(_ text: String) throws(CommandFailure) -> [UInt8] {
    if let number = Int(text), answer.traceIDs.indices.contains(number - 1) {
      return answer.traceIDs[number - 1]
    }
    let padded = String(repeating: "0", count: max(0, 32 - text.utf8.count)) + text
    // Short numbers are rows, not IDs.
    if text.utf8.count > 6 || Int(text) == nil, let id = Hex.decode(padded), id.count == 16 {
      return id
    }
    let rows = answer.traceIDs.count
    guard rows > 0 || answer.query != nil || Int(text) == nil else {
      throw CommandFailure(
        text: "there is no answer yet that \(text) could be a row of: run a query first, or give "
          + "the trace's ID\n", code: .badRequest)
    }
    throw CommandFailure(
      text: "'\(PrintableText.escaped(text))' is no row of the last answer"
        + (rows > 0 ? " (1 to \(rows))" : "") + " and no trace ID\n", code: .badRequest)
  }

  /// A span by the number of its row or line, or by its ID in the trace shown last.
  func span(_ text: String) async throws(CommandFailure) -> (FoundSpan, Trace) {
    let place: ShellAnswer.SpanPlace
    if let number = Int(text), answer.spans.indices.contains(number - 1) {
      place = answer.spans[number - 1]
    } else if let shown = answer.trace, let id = Hex.decode(text), !id.isEmpty {
      place = .init(traceID: shown.id, spanID: id)
    } else {
      let count = answer.spans.count
      throw CommandFailure(
        text: "'\(PrintableText.escaped(text))' is no span of the last answer"
          + (count > 0 ? " (1 to \(count))" : "; .trace N shows the spans of a trace") + "\n",
        code: .badRequest)
    }
    let trace = try await trace(Hex.encode(place.traceID)).trace
    guard let found = trace.foundSpans.first(where: { $0.span.spanID == place.spanID }) else {
      throw CommandFailure(
        text: "the trace has no span \(Hex.encode(place.spanID))\n", code: .badRequest)
    }
    return (found, trace)
  }

  // MARK: Showing

  func showTrace(_ words: [String]) async throws(CommandFailure) {
    var words = words
    let showsAll = words.contains("all")
    let showsAttributes = words.contains { $0 == "attributes" || $0 == "attrs" }
    words.removeAll { ["all", "attributes", "attrs"].contains($0) }
    guard words.count < 2 else {
      throw CommandFailure(text: ".trace takes one trace\n", code: .badRequest)
    }
    guard let name = words.first ?? answer.trace.map({ Hex.encode($0.id) }) else {
      throw CommandFailure(
        text: "which trace? .trace N shows row N of the last answer\n", code: .badRequest)
    }
    let (id, trace) = try await trace(name)
    answer.trace = (id, trace)
    let spans = WaterfallSpan.all(of: trace)
    guard mode.readers == .people else { return try showSpans(of: trace, id) }
    var view = TraceView(width: screenWidth, style: answerStyle, zone: session.settings.zone)
    view.foldsSiblings = !showsAll
    if showsAttributes {
      let found = trace.foundSpans
      view.attributes = { index in
        found[index].span.attributes.sorted { $0.key < $1.key }
          .map { PrintableText.escaped($0.key) + " = " + AttributeLine.text($0.value) }
      }
    }
    let (lines, order) = view.draw(traceID: Hex.encode(id), spans: spans)
    answer.spans = order.map { .init(traceID: id, spanID: spans[$0].id) }
    output.write(lines: lines)
    output.finishAnswer()
  }

  /// For programs: a row per span, or OTLP.
  private func showSpans(of trace: Trace, _ id: [UInt8]) throws(CommandFailure) {
    if mode == .otlpJSON {
      output.write(TraceExport.otlpJSON(trace))
    } else {
      show(TraceSpanRows.table(trace, zone: session.settings.zone))
    }
    output.finishAnswer()
  }

  func showEvents(_ text: String?) async throws(CommandFailure) {
    var found: [FoundSpan]
    if let text {
      found = [try await span(text).0]
    } else {
      guard let shown = answer.trace else {
        throw CommandFailure(
          text: "no trace is shown; .trace N shows one\n", code: .badRequest)
      }
      found = shown.trace.foundSpans.filter { !$0.span.events.isEmpty }
      found.sort { $0.span.startNanoseconds < $1.span.startNanoseconds }
    }
    var lines: [String] = []
    for item in found {
      if !lines.isEmpty { lines.append("") }
      let title = PrintableText.escaped(item.service + " · " + item.span.name)
      lines.append(answerStyle.apply(.bold, to: title) + "  " + Hex.encode(item.span.spanID))
      lines += SpanDetails.events(item.span, screenWidth, answerStyle)
    }
    guard found.contains(where: { !$0.span.events.isEmpty }) else {
      return output.note("no events")
    }
    output.write(lines: lines)
    output.finishAnswer()
  }

  func showDiff(
    _ first: (id: [UInt8], trace: Trace), _ second: (id: [UInt8], trace: Trace)
  ) {
    let diff = TraceDiff(WaterfallSpan.all(of: first.trace), WaterfallSpan.all(of: second.trace))
    output.note("A " + Hex.encode(first.id) + "\nB " + Hex.encode(second.id) + "\n")
    // A third of a narrow screen is left for names; half of that for their places in the tree.
    let depthMax = screenWidth.map { max(1, ($0 - 48) / 8) } ?? 24
    show(diff.table(depthMax: min(24, depthMax)), isLast: true)
    output.finishAnswer()
  }
}
