import Columns
import Parquet
import Storage
import Synchronization

/// Opens the blocks a query touches, cuts them into items and lets workers take them one by one.
///
/// Shared by searches and tag look-ups: what is done with a unit is the caller's business.
struct Scan: Sendable {
  let sources: [ScanSource]
  let items: [ScanItem]
  let shared: SharedTraces
  let options: QueryOptions
  let progress: QueryProgress
  let statistics: ReadStatistics
  let cache: BoundedCache
  let blockCount: Int
  let blockBytes: Int

  /// A unit and which of its traces count.
  struct Work {
    var unit: any SpanUnit
    var traces: Bitmap
    /// Traces of which other sources hold fragments too (fragment scope only).
    var sharedTraces: Bitmap?
    /// Where the unit lies among the sources; merged traces have none.
    var source: Int?
    var latestStart: UInt64
  }

  init(
    _ blocks: [Block], cache: BoundedCache, options: QueryOptions, progress: QueryProgress,
    stopsEarly: Bool
  ) throws(QueryError) {
    self.cache = cache
    self.options = options
    self.progress = progress
    let statistics = ReadStatistics()
    self.statistics = statistics
    let touched = blocks.filter { $0.overlaps(options.timeRange) }
      .sorted { $0.metadata.id < $1.metadata.id }
    blockCount = touched.count
    blockBytes = touched.reduce(0) { $0 + $1.metadata.sizeBytes }
    var sources: [ScanSource] = []
    do {
      for (index, block) in touched.enumerated() {
        for file in try block.files() { sources.append(ScanSource(block: index, file: file)) }
      }
      self.sources = sources
      let opened = sources
      shared = try SharedTraces.cached(
        opened, statistics: statistics, cache: cache,
        scope: options.traceScope)
    } catch { throw QueryError(error) }
    var items = ScanPartitioner(threadCount: options.threadCount, stopsEarly: stopsEarly)
      .items(sources)
    if options.traceScope == .wholeTrace || shared.mergesWithinBlocks {
      // A few thousand spans at a time: merged traces copy their columns.
      for start in stride(from: 0, to: shared.traces.count, by: 4_000) {
        items.insert(
          .shared(Array(shared.traces[start..<min(start + 4_000, shared.traces.count)])), at: 0)
      }
    }
    self.items = items
    progress.unitsTotal.store(items.count, ordering: .relaxed)
  }

  /// Calls `work` for every item on `threadCount` workers. Stops early when cancelled, out of time
  /// or past a limit; the reasons come back.
  func run(
    _ work: @escaping @Sendable (Work) throws(StorageError) -> Void,
    skip: @escaping @Sendable (ScanItem) -> Bool = { _ in false }
  ) async throws(QueryError) -> [String] {
    let next = Atomic<Int>(0)
    let failure = Mutex<StorageError?>(nil)
    let reasons = Mutex<[String]>([])
    let watch = QueryWatch(options: options, progress: progress, statistics: statistics)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<max(1, min(options.threadCount, items.count)) {
        group.addTask {
          while failure.withLock({ $0 == nil }) {  // bounded by the number of items
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < items.count else { return }
            if let reason = watch.stopReason() {
              reasons.withLock { if !$0.contains(reason) { $0.append(reason) } }
              return
            }
            do {
              if !skip(items[index]), let unit = try prepare(items[index]) { try work(unit) }
            } catch {
              if let reason = watch.stopReason() {
                reasons.withLock { if !$0.contains(reason) { $0.append(reason) } }
              } else {
                failure.withLock { if $0 == nil { $0 = error } }
              }
              return
            }
            progress.unitsDone.wrappingAdd(1, ordering: .relaxed)
            progress.bytesRead.store(statistics.bytesRead, ordering: .relaxed)
          }
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw QueryError(error) }
    return reasons.withLock { $0 }
  }

  // MARK: Units

  private func prepare(_ item: ScanItem) throws(StorageError) -> Work? {
    switch item {
    case .rows(let item): return try rows(item)
    case .shared(let traces): return try merged(traces)
    }
  }

  private func rows(_ item: ScanItem.RowItem) throws(StorageError) -> Work? {
    let unit = BlockUnit(
      file: sources[item.source].file, rowGroup: item.rowGroup, rows: RowRuns(item.rows),
      cache: cache, statistics: statistics)
    var traces = Bitmap(count: item.rows.count, filled: true)
    let sharedRows = shared.rows(source: item.source, rowGroup: item.rowGroup, in: item.rows)
    let mergesAll = options.traceScope == .wholeTrace || shared.mergesWithinBlocks
    if let sharedRows, mergesAll { traces.subtract(sharedRows) }
    try restrict(&traces, unit)
    if traces.isEmpty { return nil }
    return Work(
      unit: unit, traces: traces, sharedTraces: mergesAll ? nil : sharedRows, source: item.source,
      latestStart: item.latestStart)
  }

  /// Puts traces together from the places they lie in.
  private func merged(_ traces: [SharedTrace]) throws(StorageError) -> Work? {
    struct Place: Hashable {
      var source: Int
      var rowGroup: Int
    }
    var rowsAt: [Place: [Int]] = [:]
    for fragment in traces.lazy.flatMap(\.fragments) {
      rowsAt[Place(source: fragment.source, rowGroup: fragment.rowGroup), default: []]
        .append(fragment.row)
    }
    let places = rowsAt.keys.sorted { ($0.source, $0.rowGroup) < ($1.source, $1.rowGroup) }
    var numbers: [Place: (source: Int, traceOf: [Int: Int])] = [:]
    var units: [BlockUnit] = []
    for place in places {
      let rows = (rowsAt[place] ?? []).sorted()
      var runs = RowRuns()
      for row in rows { runs.append(row..<row + 1) }
      numbers[place] = (
        units.count, Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
      )
      units.append(
        BlockUnit(
          file: sources[place.source].file, rowGroup: place.rowGroup, rows: runs, cache: cache,
          statistics: statistics))
    }
    let pieces = traces.map { trace in
      trace.fragments.compactMap { fragment -> TracePiece? in
        guard
          let place = numbers[Place(source: fragment.source, rowGroup: fragment.rowGroup)],
          let number = place.traceOf[fragment.row]
        else { return nil }
        return TracePiece(source: place.source, trace: number)
      }
    }
    let unit = MergedUnit(sources: units, traces: pieces)
    var kept = Bitmap(count: traces.count, filled: true)
    try restrict(&kept, unit)
    if kept.isEmpty { return nil }
    return Work(unit: unit, traces: kept, sharedTraces: nil, source: nil, latestStart: .max)
  }

  /// Drops traces outside the time range, and counts what is looked at.
  private func restrict(_ traces: inout Bitmap, _ unit: any SpanUnit) throws(StorageError) {
    let layout = try unit.layout()
    progress.spansInspected.wrappingAdd(layout.spanCount, ordering: .relaxed)
    guard let range = options.timeRange, case .int64(let starts)? = try unit.column(.traceStart),
      case .int64(let ends)? = try unit.column(.traceEnd)
    else { return }
    for trace in 0..<traces.count where traces[trace] {
      let start = UInt64(bitPattern: starts[trace])
      let end = UInt64(bitPattern: ends[trace])
      if start > range.upperBound || end < range.lowerBound { traces[trace] = false }
    }
  }
}

extension Block {
  /// Whether the block's time range, by its metadata, touches the query's; both ends inclusive.
  func overlaps(_ range: ClosedRange<UInt64>?) -> Bool {
    guard let range else { return true }
    return metadata.startNanoseconds <= range.upperBound
      && metadata.endNanoseconds >= range.lowerBound
  }
}
