import Columns
import Parquet
import Wire

/// Columns that are computed from others: times, roots, counts, the numbers of the span tree.
extension BlockVerifier {
  /// Traces looked at together; bounds what is held at once.
  private static let tracesPerBatch = 2_000

  /// Checks the traces of row groups in which all columns can be read, batch by batch.
  mutating func checkTraces(_ groups: [RowGroupPlace]) async {
    let batches = groups.flatMap { group in
      stride(from: 0, to: group.rowCount, by: Self.tracesPerBatch).map { start in
        (group: group, rows: start..<min(group.rowCount, start + Self.tracesPerBatch))
      }
    }
    let (block, statistics, progress) = (block, statistics, progress)
    let parts = await VerifyWork.map(batches.count, threadCount: threadCount) {
      index -> BlockReport in
      var part = BlockVerifier(
        block: block, statistics: statistics, threadCount: 1, progress: progress)
      let (group, rows) = batches[index]
      do throws(StorageError) {
        try part.checkTraces(group, rows)
      } catch {
        part.found(error, block.location)
      }
      return part.report
    }
    for part in parts { found(part) }
  }

  private mutating func checkTraces(
    _ group: RowGroupPlace, _ rows: Range<Int>
  ) throws(StorageError) {
    let unit = BlockUnit(
      file: group.file, rowGroup: group.number, rows: RowRuns(rows),
      cache: BoundedCache(capacityBytes: 0), statistics: statistics)
    let traces = try TraceFacts(unit)
    report.spanCount += traces.layout.spanCount
    let place = "\(Self.name(of: group.file)), row group \(group.number)"
    for trace in 0..<traces.layout.traceCount where !statistics.isCancelled {
      for (severity, check, message) in traces.faults(of: trace) {
        found(severity, check, place, "trace \(traces.id(of: trace)): \(message)")
      }
    }
    try checkServices(unit, traces, place)
    try checkDerived(unit, traces, place)
    try checkAttributes(unit, place)
    if !statistics.isCancelled { progress.finishTraces(rows.count) }
  }

  /// ServiceStats against the spans they count.
  private mutating func checkServices(
    _ unit: BlockUnit, _ traces: TraceFacts, _ place: String
  ) throws(StorageError) {
    guard let stored = try unit.serviceStatistics() else { return }
    for trace in 0..<traces.layout.traceCount where !statistics.isCancelled {
      var said: [[UInt8]: TraceFacts.ServiceCount] = [:]
      for entry in Int(stored.offsets[trace])..<Int(stored.offsets[trace + 1]) {
        said[stored.services.bytes(at: entry)] = TraceFacts.ServiceCount(
          spans: stored.spanCounts[entry], errors: stored.errorCounts[entry])
      }
      // Early blocks have the columns and nothing in them.
      if !said.isEmpty, said != traces.services(of: trace) {
        found(
          .damage, "service-stats", place,
          "trace \(traces.id(of: trace)): ServiceStats do not count its spans")
      }
    }
  }
}
