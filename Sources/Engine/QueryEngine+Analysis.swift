package import TraceQL

extension QueryEngine {
  /// Runs a checked query and says what each operator read, kept and cost. `window`: of metrics
  /// queries.
  package func analyze(
    _ query: Query, window: MetricsWindow?, options: QueryOptions,
    progress: QueryProgress = QueryProgress()
  ) async throws(QueryError) -> QueryAnalysis {
    let profile = QueryProfile()
    var options = options
    options.profile = profile
    let start = ContinuousClock.now
    if case .metrics(let metrics) = query.body, let window {
      let plan = MetricsPlan(query, options: options.metrics)
      let result = try await self.metrics(
        query, window: window, options: options, progress: progress)
      let wall = start.nanosecondsSince
      let single = plan.functions.count == 1
      var builder = AnalysisBuilder(
        profile, threadCount: options.threadCount, unitCount: result.statistics.unitCount)
      builder.build(
        plan.functions.map(\.search),
        stages: plan.functions.map { function in
          single
            ? metrics.firstPipeline.stages.map(\.explained)
            : function.search.stages.indices.map { "stage \($0 + 1)" }
        }, functions: plan.functions.map { "count into \($0.name)" },
        blockCount: result.statistics.blockCount)
      return builder.finished(
        query.description, wall: wall, rowsOut: result.series.count)
    }
    let result = try await search(query, options: options, progress: progress)
    let wall = start.nanosecondsSince
    guard case .pipeline(let pipeline) = query.body else {
      preconditionFailure("metrics queries are analyzed with a window")
    }
    var builder = AnalysisBuilder(
      profile, threadCount: options.threadCount, unitCount: result.statistics.unitCount)
    builder.build(
      [SearchPlan(query)], stages: [pipeline.stages.map(\.explained)], functions: [],
      blockCount: result.statistics.blockCount)
    return builder.finished(query.description, wall: wall, rowsOut: result.traces.count)
  }
}
