import Columns
import Parquet
import Storage
import Synchronization
import TraceQL

/// Runs a search plan over a scan and collects the newest matches.
struct SearchExecutor: Sendable {
  let plan: SearchPlan
  let scan: Scan

  /// Matches shown of a search that still runs.
  private static let previewMax = 10

  func run() async throws(QueryError) -> SearchResult {
    let start = ContinuousClock.now
    let collector = MatchCollector(limit: scan.options.limit, memory: scan.statistics)
    scan.progress.follow(
      .init(
        newest: { collector.newest(Self.previewMax) },
        answer: { partialAnswer(collector, ["cancelled"], tracesMax: $0, since: start) }))
    defer { scan.progress.follow(nil) }
    let reasons: [String]
    if plan.isEmpty {
      reasons = []
    } else {
      reasons = try await scan.run(
        { work throws(StorageError) in try search(work, collector) },
        skip: { item in scan.found?.isOver == true || skips(item, collector) })
    }
    if let tracesMax = scan.progress.keptMatchesMax, collector.count > tracesMax {
      LateRelease.keep(collector)
      return partialAnswer(collector, reasons, tracesMax: tracesMax, since: start)
    }
    let clock = PhaseClock(scan.options.profile, scan.statistics)
    let (matches, count, isExact) = collector.finish()
    clock.ends(.merge, rowsOut: matches.count)
    return SearchResult(
      traces: matches, matchedTraceCount: count,
      matchedTraceCountIsExact: isExact && reasons.isEmpty,
      partialReasons: reasons + spansCutReasons(matches),
      statistics: scan.queryStatistics(since: start))
  }

  /// The newest of what has been found until now.
  private func partialAnswer(
    _ collector: MatchCollector, _ reasons: [String], tracesMax: Int,
    since start: ContinuousClock.Instant
  ) -> SearchResult {
    let limit = scan.options.limit
    let matches = collector.snapshot(limit == 0 ? tracesMax : min(limit, tracesMax))
    return SearchResult(
      traces: matches, matchedTraceCount: collector.count, matchedTraceCountIsExact: false,
      partialReasons: reasons + spansCutReasons(matches),
      statistics: scan.queryStatistics(since: start))
  }

  /// How many spans of a span set are listed: as many as are wanted, and no more than allowed.
  private var spansListed: (count: Int, isCut: Bool) {
    let (wanted, allowed) = (scan.options.spansPerSpanSet, scan.options.limits.spansPerSpanSetMax)
    return wanted == 0 || wanted > allowed ? (allowed, true) : (wanted, false)
  }

  private func spansCutReasons(_ matches: [TraceMatch]) -> [String] {
    let (count, isCut) = spansListed
    let hasMore = matches.contains { $0.spanSets.contains { $0.matched > count } }
    return isCut && hasMore ? ["limit of \(count) spans of a span set reached"] : []
  }

  /// An item none of whose traces could still be listed need not be read.
  private func skips(_ item: ScanItem, _ collector: MatchCollector) -> Bool {
    guard !scan.options.countsEveryMatch, let threshold = collector.threshold,
      item.latestStart < threshold.start, !scan.hasLooseTraces(item)
    else { return false }
    collector.noteSkippedWork()
    return true
  }

  private func search(_ work: Scan.Work, _ collector: MatchCollector) throws(StorageError) {
    var traces = work.traces
    if !scan.options.countsEveryMatch, let threshold = collector.threshold {
      try dropOlder(&traces, than: threshold.start, work)
      if traces.populationCount < work.traces.populationCount { collector.noteSkippedWork() }
    }
    guard
      let matches = try UnitSearch(
        plan: plan, limits: scan.options.limits, recorder: work.recorder
      )
      .run(work.unit, traces: traces)
    else { return }
    let builder = MatchBuilder(plan: plan, spansPerSpanSet: spansListed.count)
    var found = matches.layers.selected.gathered(matches.context.layout.spansOfTrace)
    if work.isCut { found = try insideTimeRange(found, matches.context, work) }
    scan.progress.tracesMatched.wrappingAdd(found.populationCount, ordering: .relaxed)
    _ = try work.recorder.measure(
      .list, rowsIn: found.populationCount, rowsOut: { $0 },
      run: { () throws(StorageError) in
        try list(found, matches, builder, work, collector)
      })
  }

  /// Builds the results of the traces found; returns how many.
  private func list(
    _ found: Bitmap, _ matches: UnitSearch.Matches, _ builder: MatchBuilder, _ work: Scan.Work,
    _ collector: MatchCollector
  ) throws(StorageError) -> Int {
    if let loose = work.looseTraces {
      // Fragments of one trace are merged at the end, whatever their rank now.
      let fragments = try looseMatches(found, loose, work, matches.context)
      try collector.addFragments(try builder.build(matches, traces: fragments), source: work.source)
      let whole = found.subtracting(fragments)
      return try fragments.populationCount + collect(whole, matches, builder, work, collector)
    }
    return try collect(found, matches, builder, work, collector)
  }

  private func collect(
    _ found: Bitmap, _ matches: UnitSearch.Matches, _ builder: MatchBuilder, _ work: Scan.Work,
    _ collector: MatchCollector
  ) throws(StorageError) -> Int {
    let listed = try ranked(found, matches.context, collector)
    if scan.found != nil {
      // Traces that are not listed are only counted, for those who want to know.
      let counted = scan.options.countsEveryMatch ? found : listed
      if counted.populationCount < found.populationCount { collector.noteSkippedWork() }
      try note(counted, matches.context, work)
    }
    try collector.add(
      listed.isEmpty ? [] : try builder.build(matches, traces: listed),
      count: found.populationCount)
    return listed.populationCount
  }

  /// Without traces outside the time range. Of these only a fragment may be: the rest of it is
  /// looked for.
  private func insideTimeRange(
    _ found: Bitmap, _ context: UnitContext, _ work: Scan.Work
  ) throws(StorageError) -> Bitmap {
    var inside = found
    try scan.restrict(&inside, context.unit)
    try note(found.subtracting(inside), context, work)
    return inside
  }

  private func note(
    _ traces: Bitmap, _ context: UnitContext, _ work: Scan.Work
  ) throws(StorageError) {
    scan.found?.note(
      try traceIDs(traces, context), block: scan.sources[work.source].block,
      lookedAt: scan.tracesLookedAt.count)
  }

  private func traceIDs(
    _ traces: Bitmap, _ context: UnitContext
  ) throws(StorageError) -> [[UInt8]] {
    guard case .text(let ids)? = try context.unit.column(.traceID) else { return [] }
    return traces.indices().map { ids.bytes(at: Int($0)) }
  }

  private func dropOlder(
    _ traces: inout Bitmap, than start: UInt64, _ work: Scan.Work
  ) throws(StorageError) {
    guard case .int64(let starts)? = try work.unit.column(.traceStart) else { return }
    for trace in 0..<traces.count where traces[trace] {
      if work.looseTraces?[trace] ?? false { continue }
      if UInt64(bitPattern: starts[trace]) < start { traces[trace] = false }
    }
  }

  /// Of the traces found, those that can be among the first `limit`.
  private func ranked(
    _ found: Bitmap, _ context: UnitContext, _ collector: MatchCollector
  ) throws(StorageError) -> Bitmap {
    let limit = scan.options.limit
    guard limit > 0, case .int64(let starts)? = try context.unit.column(.traceStart),
      case .text(let ids)? = try context.unit.column(.traceID)
    else { return found }
    let threshold = collector.threshold
    var ranks = found.indices().map { trace in
      (
        rank: MatchCollector.Rank(
          start: UInt64(bitPattern: starts[Int(trace)]), traceID: ids.bytes(at: Int(trace))),
        trace: trace
      )
    }
    if let threshold { ranks.removeAll { $0.rank > threshold } }
    if ranks.count > limit {
      ranks.sort { $0.rank < $1.rank }
      ranks.removeLast(ranks.count - limit)
    }
    var result = Bitmap(count: found.count)
    result.insert(ranks.map(\.trace))
    return result
  }

  /// The found traces that are fragments; the unit may have been narrowed since `loose` was made.
  private func looseMatches(
    _ found: Bitmap, _ loose: Bitmap, _ work: Scan.Work, _ context: UnitContext
  ) throws(StorageError) -> Bitmap {
    if found.count == loose.count { return found.intersection(loose) }
    guard case .text(let all)? = try work.unit.column(.traceID),
      case .text(let kept)? = try context.unit.column(.traceID)
    else { return found }
    let looseIDs = Set(loose.indices().map { all.bytes(at: Int($0)) })
    var result = Bitmap(count: found.count)
    for trace in found.indices() where looseIDs.contains(kept.bytes(at: Int(trace))) {
      result[Int(trace)] = true
    }
    return result
  }
}

extension Scan {
  func queryStatistics(since start: ContinuousClock.Instant) -> QueryStatistics {
    var result = QueryStatistics()
    result.inspectedBytes = statistics.bytesRead
    result.inspectedSpans = progress.spansInspected.load(ordering: .relaxed)
    result.blockCount = blockCount
    result.blockBytes = blockBytes
    result.unitCount = items.count
    result.pagesRead = statistics.pagesRead
    result.pagesPruned = statistics.pagesPruned
    let elapsed = (ContinuousClock.now - start).components
    result.elapsedNanoseconds =
      UInt64(clamping: elapsed.seconds) * 1_000_000_000
      + UInt64(clamping: elapsed.attoseconds / 1_000_000_000)
    return result
  }
}
