import Engine

extension Shell {
  /// Writes every whole trace that matches to a file, which is there once all of them are in it.
  func export(to path: String, _ text: String) async throws(CommandFailure) {
    guard let format = TraceExport.Format(path: path) else {
      throw CommandFailure(
        text: "the name says the format: .json, .pb, .csv, .ndjson or .parquet\n", code: .badRequest
      )
    }
    let query = try queryOrLast(text)
    guard !query.isMetrics else {
      throw CommandFailure(
        text: "a metrics query matches no traces; .once FILE writes its answer\n",
        code: .badRequest)
    }
    let (result, outcome, _) = try await search(query, showing: .traces, limit: 0)
    if let (reason, code) = session.stop(outcome) {
      throw CommandFailure("\(reason); nothing is written", code: code)
    }
    let file = try WholeFile(path)
    let (count, ending) = try await write(result.traces.map(\.traceID), format, isShown: true) {
      bytes throws(CommandFailure) in try file.write(bytes)
    }
    if let (reason, code) = session.stop(ending) {
      let all = NumberText.counted(result.traces.count, "trace")
      throw CommandFailure(
        "\(reason) after \(NumberText.grouped(count)) of \(all); nothing is written", code: code)
    }
    try file.commit()
    output.note("\(NumberText.counted(count, "trace")) written to \(path)")
    _ = session.conclude(.finished, partialReasons: result.partialReasons)
  }

  /// An answer as whole traces, a line of OTLP JSON each.
  func writeWhole(_ result: SearchResult) async throws(CommandFailure) {
    let ids = result.traces.map(\.traceID)
    let (count, _) = try await write(ids, .otlpJSON) { [output] bytes in output.write(bytes) }
    guard count < ids.count, Interruption.happened else { return }
    output.complain(
      "traceql: interrupted: the first \(NumberText.grouped(count)) of "
        + "\(NumberText.counted(ids.count, "trace")) are shown\n")
  }

  /// Traces that are in memory at the same time.
  nonisolated private static let tracesAtOnce = 32

  /// Reads whole traces and hands what a file has of them to `sink`, in their order; Ctrl-C ends it
  /// between two of them. The number handed over.
  func write(
    _ ids: [[UInt8]], _ format: TraceExport.Format, isShown: Bool = false,
    _ sink: @escaping @MainActor ([UInt8]) throws(CommandFailure) -> Void
  ) async throws(CommandFailure) -> (count: Int, outcome: QueryWatch.Outcome) {
    let (source, threads) = (try source(), session.threadCount)
    let done = ExportProgress(total: ids.count)
    catalogue?.pause()
    let (written, outcome) = await QueryWatch.run(
      timeoutNanoseconds: session.settings.timeoutNanoseconds,
      display: isShown ? display(of: done) : nil
    ) { progress throws(CommandFailure) in
      var export = try TraceExport(format)
      try await sink(export.start)
      for first in stride(from: 0, to: ids.count, by: Self.tracesAtOnce) {
        let some = ids[first..<min(first + Self.tracesAtOnce, ids.count)]
        let reading = PieceReading(source: source, format: format, progress: progress)
        for piece in try await reading.pieces(some, threads: threads) {
          if progress.isCancelled { return }
          let bytes = try export.add(piece)
          if !bytes.isEmpty { try await sink(bytes) }
          done.note(byteCount: bytes.count)
        }
      }
      try await sink(export.end())
    }
    try written.get()
    return (done.writtenCount, outcome)
  }

  private func display(of done: ExportProgress) -> QueryWatch.Display? {
    guard isInteractive, session.terminal.errorWidth != nil, !TerminalKind.isDumb else {
      return nil
    }
    let style = session.terminal.errorStyle
    return QueryWatch.Display(
      quietNanoseconds: Self.quietNanoseconds,
      lines: { _, elapsed in
        let columns = WindowSize.current.columns
        return [style.apply(.dim, to: done.line(elapsedNanoseconds: elapsed, width: columns))]
      }, endsAtSecondInterrupt: false)
  }
}

/// Reads traces on several threads.
private struct PieceReading: Sendable {
  var source: any TraceSource
  var format: TraceExport.Format
  var progress: QueryProgress

  /// What a file has of each trace that is there, in the order of `ids`.
  func pieces(
    _ ids: ArraySlice<[UInt8]>, threads: Int
  ) async throws(CommandFailure) -> [TraceExport.Piece] {
    let parts = await withTaskGroup(
      of: Result<[(Int, TraceExport.Piece)], CommandFailure>.self
    ) { group in
      for thread in 0..<threads { group.addTask { await share(thread, threads, ids) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    var pieces: [(Int, TraceExport.Piece)] = []
    for part in parts { pieces += try part.get() }
    return pieces.sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// Every so many of them.
  private func share(
    _ first: Int, _ step: Int, _ ids: ArraySlice<[UInt8]>
  ) async -> Result<[(Int, TraceExport.Piece)], CommandFailure> {
    var pieces: [(Int, TraceExport.Piece)] = []
    do throws(CommandFailure) {
      for index in stride(from: ids.startIndex + first, to: ids.endIndex, by: step) {
        guard !progress.isCancelled else { break }
        let found = try await source.trace(id: ids[index], timeRange: nil, progress: progress)
        if let found { pieces.append((index, format.piece(found))) }
      }
      return .success(pieces)
    } catch { return .failure(error) }
  }
}
