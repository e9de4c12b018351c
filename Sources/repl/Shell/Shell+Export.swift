import Engine

extension Shell {
  /// Writes every whole trace that matches to a file.
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
    let (result, outcome, _) = try await search(query, shapesForDisplay: true, limit: 0)
    guard outcome == .finished else {
      throw CommandFailure("interrupted; nothing is written", code: .interrupted)
    }
    let file = try AnswerFile(path)
    let written = try await write(result.traces.map(\.traceID), format) { file.write($0) }
    output.note("\(NumberText.counted(written, "trace")) written to \(path)")
  }

  /// Reads traces one by one; Ctrl-C ends between two of them. The number written.
  func write(
    _ ids: [[UInt8]], _ format: TraceExport.Format, _ sink: ([UInt8]) -> Void
  ) async throws(CommandFailure) -> Int {
    let source = try source()
    let total = ids.count
    let (read, outcome) = await watched { progress throws(CommandFailure) in
      var pieces = TraceExport.Pieces(format)
      for id in ids where !progress.isCancelled {
        guard let trace = try await source.trace(id: id, timeRange: nil, progress: progress)
        else { continue }
        pieces.append(trace)
      }
      return pieces
    }
    var pieces = try read.get()
    pieces.finished().forEach(sink)
    if outcome == .interrupted { note("interrupted: \(pieces.count) of \(total) traces") }
    return pieces.count
  }
}
