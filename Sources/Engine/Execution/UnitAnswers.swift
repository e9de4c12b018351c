import Columns
package import Storage
package import TraceQL

/// A query over units that somebody else made: what a worker does, without blocks to scan.
package struct UnitAnswers {
  let plan: SearchPlan

  /// `query` has been checked.
  package init(_ query: Query) { plan = SearchPlan(query) }

  /// Matches in the order of results. `limit` and `spansPerSpanSet`: 0 is no limit.
  ///
  /// Units share no trace, unless they hold `fragments`, which are evaluated alone; their results
  /// are merged in the order given.
  package func matches(
    _ units: [any SpanUnit], areFragments: Bool = false, limit: Int = 0, spansPerSpanSet: Int = 0
  ) throws(StorageError) -> [TraceMatch] {
    let collector = MatchCollector(limit: limit)
    for (source, unit) in units.enumerated() where !plan.isEmpty {
      let all = Bitmap(count: unit.traceCount, filled: true)
      guard let found = try UnitSearch(plan: plan).run(unit, traces: all) else { continue }
      let builder = MatchBuilder(plan: plan, spansPerSpanSet: spansPerSpanSet)
      let traces = found.layers.selected.gathered(found.context.layout.spansOfTrace)
      let matches = try builder.build(found, traces: traces)
      if areFragments {
        try collector.addFragments(matches, source: source)
      } else {
        try collector.add(matches, count: traces.populationCount)
      }
    }
    return collector.finish().matches
  }
}

/// A metrics query over units that somebody else made; each gives a partial result of its own.
package struct UnitSeries {
  private let plan: MetricsPlan
  private let window: MetricsWindow

  private let exemplarCount: Int

  /// Series kept at most: memory is bounded by their number.
  private static let rowsMax = 100_000

  /// `query` has been checked.
  package init(_ query: Query, window: MetricsWindow, options: MetricsOptions = MetricsOptions()) {
    plan = MetricsPlan(query, options: options)
    self.window = window
    exemplarCount = plan.exemplarCount(limit: options.exemplarsMax, isInstant: window.isInstant)
  }

  /// The series of the answer. Units share no trace.
  package func series(_ units: [any SpanUnit]) throws(StorageError) -> [MetricsSeries] {
    var total = partial
    for unit in units { total.merge(try partial(of: unit)) }
    let evaluation = MetricsEvaluation(
      plan: plan, window: window, partial: total, exemplarCount: exemplarCount)
    return SeriesOrder.sorted(evaluation.series())
  }

  private var partial: MetricsPartial {
    MetricsPartial(
      plan.functions, intervalCount: window.intervalCount, rowsMax: Self.rowsMax,
      exemplarSlots: min(exemplarCount, MetricsPlan.exemplarSlotsMax))
  }

  private func partial(of unit: any SpanUnit) throws(StorageError) -> MetricsPartial {
    var result = partial
    try plan.add(
      unit, traces: Bitmap(count: unit.traceCount, filled: true), window, to: &result)
    return result
  }
}
