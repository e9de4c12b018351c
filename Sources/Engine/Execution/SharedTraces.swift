import Columns
import Parquet
import Storage

/// A trace that lies in several places; fragments in the order of the sources.
struct SharedTrace: Sendable {
  struct Fragment: Sendable {
    var source: Int
    var rowGroup: Int
    var row: Int
  }

  var fragments: [Fragment]
  /// Further fragments are evaluated on their own (fragment scope); results are merged at the end.
  var isLoose: Bool
}

/// Which traces lie in more than one place.
struct SharedTraces: Sendable {
  /// Traces to put together before they are evaluated.
  private(set) var traces: [SharedTrace] = []
  /// Which traces lie in more than one place: these, and those of which one place tells all.
  private(set) var repeated: [TraceKey] = []
  /// Rows that those traces replace, by source and row group.
  private var mergedRows = RowMarks()
  /// Rows that are fragments of a trace of which other fragments are evaluated on their own.
  private var looseRows = RowMarks()

  /// Marked rows of many row groups.
  private struct RowMarks {
    private var marks: [Int: [Int: Bitmap]] = [:]

    mutating func insert(_ fragment: SharedTrace.Fragment, _ sources: [ScanSource]) {
      let count = sources[fragment.source].file.file.rowGroups[fragment.rowGroup].rowCount
      marks[fragment.source, default: [:]][fragment.rowGroup, default: Bitmap(count: count)][
        fragment.row] = true
    }

    /// Numbered from the start of `range`; nil when there are none in this row group.
    func rows(_ source: Int, _ rowGroup: Int, in range: Range<Int>) -> Bitmap? {
      guard let all = marks[source]?[rowGroup] else { return nil }
      var result = Bitmap(count: range.count)
      for row in all.indices(in: range) { result[Int(row) - range.lowerBound] = true }
      return result
    }
  }

  private struct Known: Sendable {
    var serials: [Int]
    var rowGroups: [[Int]]
    var shared: SharedTraces
  }

  /// What a scan has to know of shared traces beforehand: nothing, and they are looked for among
  /// what was found, if that will do.
  static func known(
    _ sources: [ScanSource], _ demand: Scan.Demand, _ options: QueryOptions,
    _ statistics: ReadStatistics, _ cache: BoundedCache
  ) async throws(StorageError) -> (SharedTraces, FoundFragments?) {
    let scope = options.traceScope
    if let known = known(sources, scope: scope, cache: cache) { return (known, nil) }
    if demand.mayJudgeFragments, scope == .wholeTrace, !options.skipsDamaged,
      FoundFragments.pays(sources, in: options.timeRange)
    {
      let met = try SharedTraces(demand.metInSeveralPlaces, sources, scope, statistics, cache)
      return (met, FoundFragments(besides: Set(met.repeated)))
    }
    let shared = try await cached(
      sources, scope: scope, threadCount: options.threadCount, statistics: statistics,
      cache: cache)
    return (shared, nil)
  }

  /// The shared traces of these files, from the cache if the same files were asked for before.
  static func cached(
    _ sources: [ScanSource], scope: QueryOptions.TraceScope, threadCount: Int,
    statistics: ReadStatistics, cache: BoundedCache
  ) async throws(StorageError) -> SharedTraces {
    if let known = known(sources, scope: scope, cache: cache) { return known }
    let repeated = RepeatedTraces(sources: sources, statistics: statistics)
    let shared = try SharedTraces(
      try await repeated.groups(threadCount: threadCount), sources, scope, statistics, cache)
    cache.store(
      Known(
        serials: sources.map(\.file.file.serial), rowGroups: sources.map(\.rowGroups),
        shared: shared),
      for: key(sources, scope),
      costBytes: shared.traces.count * 128 + shared.repeated.count * 16
        + sources.reduce(0) { $0 + $1.file.file.rowCount / 4 })
    return shared
  }

  /// The same where nothing need be read.
  static func known(
    _ sources: [ScanSource], scope: QueryOptions.TraceScope, cache: BoundedCache
  ) -> SharedTraces? {
    guard sources.count > 1 || sources.contains(where: { !$0.isSorted }) else {
      return SharedTraces()
    }
    guard let known = cache.value(key(sources, scope), as: Known.self),
      known.serials == sources.map(\.file.file.serial),
      known.rowGroups == sources.map(\.rowGroups)
    else { return nil }
    return known.shared
  }

  private static func key(
    _ sources: [ScanSource], _ scope: QueryOptions.TraceScope
  ) -> BoundedCache.Key {
    BoundedCache.Key(
      file: sources[0].file.file.serial, rowGroup: sources.count,
      column: scope == .wholeTrace ? 0 : 1, aspect: .sharedTraces)
  }

  init() {}

  private init(
    _ groups: [RepeatedTraces.Group], _ sources: [ScanSource], _ scope: QueryOptions.TraceScope,
    _ statistics: ReadStatistics, _ cache: BoundedCache
  ) throws(StorageError) {
    for group in groups {
      repeated.append(group.key)
      add(group.fragments, sources, scope)
    }
    if traces.isEmpty { return }
    try dropReplicas(
      ReplicaFinder(sources: sources, cache: cache, statistics: statistics), sources)
  }

  /// Leaves out fragments that repeat their trace's first; a trace of which only that is left is no
  /// longer shared.
  private mutating func dropReplicas(
    _ finder: ReplicaFinder, _ sources: [ScanSource]
  ) throws(StorageError) {
    let replicas = try finder.replicas(traces)
    var kept: [SharedTrace] = []
    for (trace, isReplica) in zip(traces, replicas) {
      let fragments = zip(trace.fragments, isReplica).filter { !$1 }.map(\.0)
      if fragments.count > 1 {
        kept.append(SharedTrace(fragments: fragments, isLoose: trace.isLoose))
        for fragment in trace.fragments { mergedRows.insert(fragment, sources) }
      } else {
        // Only the first row is evaluated, where it lies.
        for fragment in trace.fragments.dropFirst() { mergedRows.insert(fragment, sources) }
        if trace.isLoose { looseRows.insert(trace.fragments[0], sources) }
      }
    }
    traces = kept
  }

  /// Fragments of one trace, in source order. In fragment scope each block's are put together
  /// alone.
  private mutating func add(
    _ fragments: [SharedTrace.Fragment], _ sources: [ScanSource], _ scope: QueryOptions.TraceScope
  ) {
    var parts = [fragments]
    if scope == .fragment {
      let byBlock = Dictionary(grouping: fragments) { sources[$0.source].block }
      parts = byBlock.sorted { $0.key < $1.key }.map(\.value)
    }
    let isLoose = parts.count > 1
    for part in parts {
      if part.count == 1 {
        looseRows.insert(part[0], sources)
      } else {
        traces.append(SharedTrace(fragments: part, isLoose: isLoose))
      }
    }
  }

  /// Rows of a run that are evaluated as parts of merged traces; nil: none.
  func mergedRows(_ source: Int, _ rowGroup: Int, in range: Range<Int>) -> Bitmap? {
    mergedRows.rows(source, rowGroup, in: range)
  }

  /// Rows of a run whose results are merged with those of other fragments; nil: none.
  func looseRows(_ source: Int, _ rowGroup: Int, in range: Range<Int>) -> Bitmap? {
    looseRows.rows(source, rowGroup, in: range)
  }
}
