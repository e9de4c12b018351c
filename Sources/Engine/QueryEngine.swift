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
    let demand = Scan.Demand(
      condition: plan.condition, stopsEarly: options.mayStopEarly,
      mayJudgeFragments: plan.findsFragmentsOfAllItFinds)
    return try await answer(demand, options, progress) { scan throws(QueryError) in
      try await SearchExecutor(plan: plan, scan: scan).run()
    }
  }

  /// Tells `found` the IDs of all traces that match, as they become known, from several threads and
  /// maybe more than once; none is kept. Returns why these may not be all.
  package func traceIDs(
    matching query: Query, options: QueryOptions, progress: QueryProgress = QueryProgress(),
    found: @escaping @Sendable ([[UInt8]]) -> Void
  ) async throws(QueryError) -> [String] {
    let plan = SearchPlan(query)
    let demand = Scan.Demand(condition: plan.condition)
    return try await answer(demand, options, progress) { scan throws(QueryError) in
      try await TraceIDExecutor(plan: plan, scan: scan, found: found).run()
    }.partialReasons
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
    let demand = Scan.Demand(window: window.range, readsWholeTraces: needsTraces)
    return try await answer(demand, options, progress) { scan throws(QueryError) in
      try await MetricsExecutor(plan: plan, window: window, scan: scan).run()
    }
  }

  /// Legacy tag search: traces in range of which some span (or the trace) has each tag.
  package func search(
    tags: TagSearch, options: QueryOptions, progress: QueryProgress = QueryProgress()
  ) async throws(QueryError) -> SearchResult {
    let demand = Scan.Demand(stopsEarly: options.mayStopEarly)
    return try await answer(demand, options, progress) { scan throws(QueryError) in
      try await TagSearchExecutor(search: tags, scan: scan).run()
    }
  }

  /// Names of attributes. `scope` nil: all scopes. `filter`: lenient condition groups, nil: none.
  package func tagNames(
    scope: AttributeScope?, filter: ConditionGroups?, options: QueryOptions,
    progress: QueryProgress = QueryProgress()
  ) async throws(QueryError) -> TagNames {
    let scopes = scope.map { [$0] } ?? AttributeScope.allCases
    let demand = Scan.Demand(readsTraces: filter != nil)
    return try await answer(demand, options, progress) { scan throws(QueryError) in
      try await TagNameExecutor(scopes: scopes, filter: filter, scan: scan).run()
    }
  }

  /// Values of one field (http-api.md 7.2). `found` hears of them as they become known, from
  /// several threads.
  package func tagValues(
    of field: Field, filter: ConditionGroups?, options: QueryOptions,
    progress: QueryProgress = QueryProgress(), found: (@Sendable (Set<Value>) -> Void)? = nil
  ) async throws(QueryError) -> TagValues {
    let demand = Scan.Demand(readsTraces: filter != nil)
    return try await answer(demand, options, progress) { scan throws(QueryError) in
      try await TagValueExecutor(targets: [field], filter: filter, scan: scan, listener: found)
        .run()
    }
  }

  /// Values of a bare key in every scope (http-api.md 7.1).
  package func tagValues(
    ofKeyInEveryScope key: String, options: QueryOptions,
    progress: QueryProgress = QueryProgress()
  ) async throws(QueryError) -> TagValues {
    let targets = Self.fields(ofKey: key)
    let demand = Scan.Demand(readsTraces: false)
    return try await answer(demand, options, progress) { scan throws(QueryError) in
      try await TagValueExecutor(targets: targets, filter: nil, scan: scan).run()
    }
  }

  /// The logical plan, what prunes, and where each block holds the fields.
  package func explain(_ query: Query, options: QueryOptions) async throws(QueryError) -> String {
    let plan = SearchPlan(query)
    let scan = try await soundScan(Scan.Demand(), options, QueryProgress())
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

  /// Runs a query over a scan of the blocks. Where damage may be left out, the query begins again
  /// without what turned out to be damaged: the answer is that of the sound parts alone, whatever
  /// was found in the others before.
  private func answer<Answer: PartialAnswer>(
    _ demand: Scan.Demand, _ options: QueryOptions, _ progress: QueryProgress,
    _ run: (Scan) async throws(QueryError) -> Answer
  ) async throws(QueryError) -> Answer {
    var leftOut = LeftOut()
    var demand = demand
    var turnsWithFragments = 0
    // Every turn but a few leaves more out, so there are not many more than there are row groups.
    while true {
      let scan = try await Scan(
        blocks, demand, leavingOut: leftOut, cache: cache, options: options, progress: progress)
      var answer = try await run(scan)
      let inPart = try await scan.tracesJudgedInPart()
      if inPart?.isEmpty != true {
        turnsWithFragments += 1
        demand.mayJudgeFragments = inPart != nil && turnsWithFragments < Self.fragmentTurnsMax
        demand.metInSeveralPlaces += inPart ?? []
        progress.restart()
        continue
      }
      let found = scan.damage.leftOut
      leftOut.formUnion(found)
      if found.isEmpty || scan.watch.isOver {
        answer.partialReasons += leftOut.reasons
        return answer
      }
      progress.restart()
    }
  }

  /// Traces that were put together may rank lower, so that others come into view, which lie in
  /// several places as well; after so many turns all traces are looked at beforehand.
  private static let fragmentTurnsMax = 6

  /// A scan without what cannot even be opened, as far as that may be left out.
  func soundScan(
    _ demand: Scan.Demand, _ options: QueryOptions, _ progress: QueryProgress
  ) async throws(QueryError) -> Scan {
    var leftOut = LeftOut()
    while true {  // as in `answer`
      let scan = try await Scan(
        blocks, demand, leavingOut: leftOut, cache: cache, options: options, progress: progress)
      if scan.damage.leftOut.isEmpty { return scan }
      leftOut.formUnion(scan.damage.leftOut)
    }
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
