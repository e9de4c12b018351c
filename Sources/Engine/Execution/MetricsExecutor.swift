import Columns
import Storage
import Synchronization
import TraceQL

/// Runs a metrics plan over a scan: every worker fills tables of its own, which are merged at the
/// end.
struct MetricsExecutor: Sendable {
  let plan: MetricsPlan
  let window: MetricsWindow
  let scan: Scan

  func run() async throws(QueryError) -> MetricsResult {
    let start = ContinuousClock.now
    let tables = WorkerTables()
    var reasons: [String] = []
    if window.intervalCount > 0, plan.functions.contains(where: { !$0.isEmpty }) {
      reasons = try await scan.run { work throws(StorageError) in
        var partial = tables.take() ?? emptyPartial
        defer { tables.put(partial) }
        try add(work, to: &partial)
      }
    }
    let clock = PhaseClock(scan.options.profile, scan.statistics)
    var partial = tables.take() ?? emptyPartial
    while let other = tables.take() { partial.merge(other) }  // ends: one for each worker
    if partial.isTruncated {
      reasons.append(
        "more than \(rowsMax) series: the spans of further ones are not counted")
    }
    let result = result(partial, reasons, start)
    clock.ends(.merge, rowsOut: result.series.count)
    return result
  }

  private func add(_ work: Scan.Work, to partial: inout MetricsPartial) throws(StorageError) {
    var traces = work.traces
    if try !dropOutside(&traces, work) { return }
    for (index, function) in plan.functions.enumerated() where !function.isEmpty {
      work.recorder?.function = index
      try work.recorder.measure(
        .observe, rowsIn: traces.populationCount, rowsOut: { _ in 0 },
        run: { () throws(StorageError) in
          if case .compare(let comparison) = function.kind {
            try ComparisonAggregator(
              function: function, comparison: comparison, window: window, recorder: work.recorder
            ).add(work.unit, traces: traces, to: &partial.comparisons[index])
          } else {
            try UnitAggregator(function: function, window: window, recorder: work.recorder)
              .add(work.unit, traces: traces, to: &partial.series[index])
          }
        })
    }
    let limit = scan.options.limits.memoryBytesMax
    if partial.memoryBytes > limit / max(1, scan.options.threadCount) {
      scan.stop("memory limit of \(limit) bytes reached")
    }
  }

  /// Drops traces none of whose spans start in the window; false: none is left.
  private func dropOutside(
    _ traces: inout Bitmap, _ work: Scan.Work
  ) throws(StorageError) -> Bool {
    guard !scan.isInside(window.range, work) else { return true }
    let range =
      Int64(clamping: window.startNanoseconds) + 1...Int64(clamping: window.endNanoseconds)
    let probe = RowProbe(target: .column(.spanStart), condition: .int(range))
    guard try work.unit.mayMatch(probe) else { return false }
    if let possible = try work.unit.traces(matching: probe) { traces.formIntersection(possible) }
    return !traces.isEmpty
  }

  // MARK: Limits

  /// Series of one function a worker may keep: memory is bounded by their number.
  private var rowsMax: Int {
    let kinds = plan.functions.map(\.cells)
    let bytes = kinds.map { CellTable.rowBytes($0, intervalCount: window.intervalCount) }.max()
    let share =
      scan.options.limits.memoryBytesMax
      / (6 * max(1, scan.options.threadCount) * max(1, plan.functions.count))
    return max(1_000, share / max(1, bytes ?? 1))
  }

  private var exemplarCount: Int {
    plan.exemplarCount(
      limit: scan.options.metrics.exemplarsMax, isInstant: window.isInstant)
  }

  private var emptyPartial: MetricsPartial {
    MetricsPartial(
      plan.functions, intervalCount: window.intervalCount, rowsMax: rowsMax,
      exemplarSlots: min(exemplarCount, MetricsPlan.exemplarSlotsMax))
  }

  // MARK: Result

  private func result(
    _ partial: MetricsPartial, _ reasons: [String], _ start: ContinuousClock.Instant
  ) -> MetricsResult {
    var reasons = reasons
    let evaluation = MetricsEvaluation(
      plan: plan, window: window, partial: partial, exemplarCount: exemplarCount)
    var series = SeriesOrder.sorted(evaluation.series())
    let limit = scan.options.metrics.seriesMax
    let isTruncated = limit > 0 && series.count > limit
    if isTruncated {
      series.removeLast(series.count - limit)
      reasons.append("series limit of \(limit) reached")
    }
    return MetricsResult(
      series: series, window: window, isTruncated: isTruncated, partialReasons: reasons,
      statistics: scan.queryStatistics(since: start))
  }
}

/// Tables between the units that use them: one for each worker at most.
private final class WorkerTables: Sendable {
  private let tables = Mutex<[MetricsPartial]>([])

  func take() -> MetricsPartial? { tables.withLock { $0.popLast() } }
  func put(_ partial: MetricsPartial) { tables.withLock { $0.append(partial) } }
}

extension MetricsWindow {
  /// Unix nanoseconds, inclusive at both ends.
  var range: ClosedRange<UInt64> {
    min(startNanoseconds + 1, endNanoseconds)...endNanoseconds
  }
}
