import Columns
import Parquet
import Wire

/// Columns that are computed from others: times, roots, counts, the numbers of the span tree.
extension BlockVerifier {
  /// Traces looked at together; bounds what is held at once.
  private static let tracesPerBatch = 2_000

  mutating func checkTraces(_ file: BlockFile, _ group: Int) throws(StorageError) {
    let count = file.file.rowGroups[group].rowCount
    for start in stride(from: 0, to: count, by: Self.tracesPerBatch) {
      let unit = BlockUnit(
        file: file, rowGroup: group,
        rows: RowRuns(start..<min(count, start + Self.tracesPerBatch)),
        cache: BoundedCache(capacityBytes: 0), statistics: statistics)
      let traces = try TraceFacts(unit)
      report.spanCount += traces.layout.spanCount
      let place = "\(Self.name(of: file)), row group \(group)"
      for trace in 0..<traces.layout.traceCount {
        for (severity, check, message) in traces.faults(of: trace) {
          found(severity, check, place, "trace \(traces.id(of: trace)): \(message)")
        }
      }
      try checkServices(unit, traces, place)
      try checkDerived(unit, traces, place)
      try checkAttributes(unit, place)
    }
  }

  /// ServiceStats against the spans they count.
  private mutating func checkServices(
    _ unit: BlockUnit, _ traces: TraceFacts, _ place: String
  ) throws(StorageError) {
    guard let stored = try unit.serviceStatistics() else { return }
    for trace in 0..<traces.layout.traceCount {
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
