import Columns
import Storage
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
    scan.progress.followMetrics { seriesMax in
      answerSoFar(tables, ["cancelled"], seriesMax: seriesMax, since: start)
    }
    defer { scan.progress.followMetrics(nil) }
    var reasons: [String] = []
    if window.intervalCount > 0, plan.functions.contains(where: { !$0.isEmpty }) {
      // How much memory was left when depends on which units were worked on at a time: an answer
      // cut there would be another one every time.
      reasons = try await scan.run(memoryEndsIn: .error) { work throws(StorageError) in
        try add(work, to: tables)
      }
    }
    if let seriesMax = scan.progress.keptMatchesMax {
      return answerSoFar(tables, reasons, seriesMax: seriesMax, since: start)
    }
    let clock = PhaseClock(scan.options.profile, scan.statistics)
    var partial = tables.take() ?? emptyPartial
    while let other = tables.take() { partial.merge(other) }  // ends: one for each worker
    tables.put(partial)
    var evaluation = MetricsEvaluation(
      plan: plan, window: window, partial: partial, exemplarCount: exemplarCount)
    for (index, function) in plan.functions.enumerated() {
      evaluation.made[index] = await QuantileSeries.series(
        FunctionSeries(function: function, window: window), partial.series[index],
        exemplarCount: exemplarCount, threadCount: scan.options.threadCount)
    }
    let result = result(evaluation, reasons + cutReasons(partial, rowsMax), start)
    clock.ends(.merge, rowsOut: result.series.count)
    return result
  }

  /// What has been counted until now, of so many series at most.
  private func answerSoFar(
    _ tables: WorkerTables, _ reasons: [String], seriesMax: Int,
    since start: ContinuousClock.Instant
  ) -> MetricsResult {
    var partial = emptyPartial
    for table in tables.atRest { partial.merge(table.cut(to: seriesMax)) }
    let evaluation = MetricsEvaluation(
      plan: plan, window: window, partial: partial, exemplarCount: 0)
    return result(evaluation, reasons + cutReasons(partial, min(seriesMax, rowsMax)), start)
  }

  private func cutReasons(_ partial: MetricsPartial, _ count: Int) -> [String] {
    partial.isTruncated ? ["more than \(count) series: those left out are not counted"] : []
  }

  private func add(_ work: Scan.Work, to tables: WorkerTables) throws(StorageError) {
    var partial = tables.take() ?? emptyPartial
    let before = partial.memoryBytes
    let result: Result<Void, StorageError>
    do throws(StorageError) {
      result = .success(try add(work, to: &partial))
    } catch {
      result = .failure(error)
    }
    // A unit that ended early stays counted as far as it came: the answer is marked then.
    let bytes = tables.put(partial, grown: partial.memoryBytes - before)
    try result.get()
    let limit = scan.options.limits.memoryBytesMax
    if bytes > limit {
      throw .tooMuchMemory(
        "memory limit of \(limit) bytes reached by series and what is counted for them: "
          + "group by less, take a longer step, or raise the limit")
    }
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

  /// Series of one function a worker may keep: memory is bounded by their number. It is the same
  /// for every number of workers, for which series stay depends on it.
  private var rowsMax: Int {
    let kinds = plan.functions.map(\.cells)
    let bytes = kinds.map { CellTable.rowBytes($0, intervalCount: window.intervalCount) }.max()
    let share = scan.options.limits.memoryBytesMax / (12 * max(1, plan.functions.count))
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
    _ evaluation: MetricsEvaluation, _ reasons: [String], _ start: ContinuousClock.Instant
  ) -> MetricsResult {
    var reasons = reasons
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

extension MetricsWindow {
  /// Unix nanoseconds, inclusive at both ends.
  var range: ClosedRange<UInt64> {
    min(startNanoseconds + 1, endNanoseconds)...endNanoseconds
  }
}
