import Columns
package import Storage
package import TraceQL

/// Answers queries over a set of blocks. Cheap to make; what is worth keeping lives in the blocks'
/// cache.
package struct QueryEngine: Sendable {
  package let blocks: [Block]
  let cache: BoundedCache

  package init(blocks: [Block]) {
    self.blocks = blocks
    cache = blocks.first?.cache ?? BoundedCache(capacityBytes: 0)
  }

  /// Runs a checked search query; of a metrics query, the spans it counts.
  package func search(
    _ query: Query, options: QueryOptions, progress: QueryProgress = QueryProgress()
  ) async throws(QueryError) -> SearchResult {
    let plan = SearchPlan(query)
    let scan = try await Scan(
      blocks, cache: cache, options: options, progress: progress, condition: plan.condition,
      stopsEarly: options.mayStopEarly)
    return try await SearchExecutor(plan: plan, scan: scan).run()
  }

  /// Runs a checked metrics query over the spans that start in the window.
  package func metrics(
    _ query: Query, window: MetricsWindow, options: QueryOptions,
    progress: QueryProgress = QueryProgress()
  ) async throws(QueryError) -> MetricsResult {
    let plan = MetricsPlan(query, options: options.metrics)
    var options = options
    options.timeRange = nil
    // Copies and other parts of a trace may lie in blocks outside the window.
    let needsTraces =
      options.traceScope == .wholeTrace && !plan.functions.allSatisfy(\.isSpanLocal)
    let scan = try await Scan(
      blocks, cache: cache, options: options, progress: progress, stopsEarly: false,
      window: window.range, readsWholeTraces: needsTraces)
    return try await MetricsExecutor(plan: plan, window: window, scan: scan).run()
  }

  /// Legacy tag search: traces in range of which some span (or the trace) has each tag.
  package func search(
    tags: TagSearch, options: QueryOptions, progress: QueryProgress = QueryProgress()
  ) async throws(QueryError) -> SearchResult {
    let scan = try await Scan(
      blocks, cache: cache, options: options, progress: progress,
      stopsEarly: options.mayStopEarly)
    return try await TagSearchExecutor(search: tags, scan: scan).run()
  }

  /// Names of attributes. `scope` nil: all scopes. `filter`: lenient condition groups, nil: none.
  package func tagNames(
    scope: AttributeScope?, filter: ConditionGroups?, options: QueryOptions,
    progress: QueryProgress = QueryProgress()
  ) async throws(QueryError) -> TagNames {
    let scan = try await Scan(
      blocks, cache: cache, options: options, progress: progress, readsTraces: filter != nil)
    let scopes = scope.map { [$0] } ?? AttributeScope.allCases
    return try await TagNameExecutor(scopes: scopes, filter: filter, scan: scan).run()
  }

  /// Values of one field (http-api.md 7.2).
  package func tagValues(
    of field: Field, filter: ConditionGroups?, options: QueryOptions,
    progress: QueryProgress = QueryProgress()
  ) async throws(QueryError) -> TagValues {
    let scan = try await Scan(
      blocks, cache: cache, options: options, progress: progress, readsTraces: filter != nil)
    return try await TagValueExecutor(targets: [field], filter: filter, scan: scan).run()
  }

  /// Values of a bare key in every scope (http-api.md 7.1).
  package func tagValues(
    ofKeyInEveryScope key: String, options: QueryOptions,
    progress: QueryProgress = QueryProgress()
  ) async throws(QueryError) -> TagValues {
    let scan = try await Scan(
      blocks, cache: cache, options: options, progress: progress, readsTraces: false)
    return try await TagValueExecutor(
      targets: Self.fields(ofKey: key), filter: nil, scan: scan
    ).run()
  }

  /// The logical plan, what prunes, and where each block holds the fields.
  package func explain(_ query: Query, options: QueryOptions) async throws(QueryError) -> String {
    let plan = SearchPlan(query)
    let scan = try await Scan(
      blocks, cache: cache, options: options, progress: QueryProgress())
    let explain = Explain(query: query, plan: plan)
    let runs = scan.items.count { if case .rows = $0 { true } else { false } }
    let used = "\(scan.blockCount) of \(blocks.count) blocks, \(runs) runs of rows"
    let execution = """
      execution
      ├─ \(used), \(options.threadCount) threads
      └─ \(scan.shared.traces.count) traces put together from several places first
      """
    let blocks = scan.sources.map { explain.physical($0, name: scan.blockNames[$0.block]) }
    return ([explain.logical(), explain.pruning(), execution] + blocks).joined(separator: "\n\n")
  }

  /// Where the old API looks a bare key up.
  private static func fields(ofKey key: String) -> [Field] {
    switch key {
    case "name": return [.intrinsic(.name)]
    case "root.name": return [.intrinsic(.rootName)]
    case "rootServiceName", "root.service.name": return [.intrinsic(.rootServiceName)]
    case "status.code": return [.intrinsic(.status)]
    default: break
    }
    let scopes: [Attribute.Scope] = [.span, .resource, .event, .link, .instrumentation]
    return scopes.map { .attribute(Attribute($0, key)) }
  }
}

/// Legacy tag search conditions.
package struct TagSearch: Sendable {
  package var tags: [(key: String, value: String)]
  package var minimumDurationNanoseconds: UInt64?
  package var maximumDurationNanoseconds: UInt64?

  package init(
    tags: [(key: String, value: String)], minimumDurationNanoseconds: UInt64? = nil,
    maximumDurationNanoseconds: UInt64? = nil
  ) {
    self.tags = tags
    self.minimumDurationNanoseconds = minimumDurationNanoseconds
    self.maximumDurationNanoseconds = maximumDurationNanoseconds
  }
}
