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
  let watch: ScanWatch
  let cache: BoundedCache
  let blockBytes: Int
  var blockCount: Int { blocks.count }
  var blockNames: [String] { blocks.map(\.name) }
  /// What was found, where traces are looked at without knowing which of them are shared.
  let found: FoundFragments?
  /// How many traces the items had that were begun.
  let tracesLookedAt = TraceCounter()
  /// What turned out to be damaged while this scan ran.
  let damage = DamageLog()
  /// What a trace must contain to be looked at.
  let condition: TraceCondition
  /// Those in range, newest first.
  private let blocks: [Block]

  /// Traces put together in one unit.
  private static let mergedTracesMax = 4_000

  /// A unit and which of its traces count.
  struct Work {
    var unit: any SpanUnit
    var traces: Bitmap
    /// Traces of which other fragments are evaluated elsewhere (fragment scope only).
    var looseTraces: Bitmap?
    /// The first source of the unit: where fragments stand in the order of merging.
    var source: Int
    /// Traces outside the time range are among them, as only fragments of them may be outside.
    var isCut = false
    /// Measures what is done with the unit, if somebody wants to know.
    var recorder: UnitRecorder?
  }

  /// What a query wants of its scan.
  struct Demand {
    var condition = TraceCondition.always
    var stopsEarly = false
    /// Without it there are sources, but no items: dictionaries are all that is asked.
    var readsTraces = true
    /// Only spans that start in it are wanted, whatever the range of traces.
    var window: ClosedRange<UInt64>?
    /// Other blocks are opened too, for their fragments of traces.
    var readsWholeTraces = false
    /// Each fragment may be looked at alone if what is found is looked up in other blocks then.
    var mayJudgeFragments = false
    /// Traces that were found then, and lie in several places: these are put together first.
    var metInSeveralPlaces: [RepeatedTraces.Group] = []
  }

  init(
    _ blocks: [Block], _ demand: Demand, leavingOut leftOut: LeftOut, cache: BoundedCache,
    options: QueryOptions, progress: QueryProgress
  ) async throws(QueryError) {
    self.cache = cache
    condition = demand.condition
    self.options = options
    self.progress = progress
    let watch = ScanWatch(options: options, progress: progress)
    self.watch = watch
    let statistics = ReadStatistics(
      memory: MemoryBudget(bytesMax: options.limits.memoryBytesMax),
      isCancelled: { watch.isOver })
    self.statistics = statistics
    // Newest first: of spans that several blocks hold, the copy met first is the one that counts,
    // as in look-ups by trace ID.
    let touched = blocks.reversed().filter {
      demand.readsWholeTraces || $0.overlaps(demand.window ?? options.timeRange)
    }
    self.blocks = touched
    blockBytes = touched.reduce(0) { $0 + $1.metadata.byteCount }
    var sources: [ScanSource] = []
    // nil: no trace is looked at.
    var shared: SharedTraces?
    var found: FoundFragments?
    let clock = PhaseClock(options.profile, statistics)
    do throws(StorageError) {
      sources = try await Self.open(touched, leavingOut: leftOut, options: options, damage)
      clock.ends(.open, rowsOut: sources.count)
      let threads = options.threadCount
      let mayHold = try await condition.mayHold(in: sources, threads, cache, statistics)
      clock.ends(.dictionaries, rowsOut: mayHold ? sources.count : 0)
      if demand.readsTraces, mayHold {
        (shared, found) = try await SharedTraces.known(sources, demand, options, statistics, cache)
        clock.ends(.repeatedTraces, rowsOut: shared?.traces.count ?? 0)
      }
    } catch {
      // A query that was over before its blocks were open has an empty answer, not an error; nor is
      // it one if it begins again without what is damaged.
      let part = options.skipsDamaged && error.isDamage ? LeftOut.Part(error, sources) : nil
      if let part { damage.note(part, error) }
      guard watch.isOver || part != nil else { throw QueryError(error) }
      sources = []
    }
    self.sources = sources
    self.found = found
    self.shared = shared ?? SharedTraces()
    guard let shared else {
      items = []
      return
    }
    let partitioner = ScanPartitioner(
      threadCount: options.threadCount, stopsEarly: demand.stopsEarly,
      memoryBytesMax: options.limits.memoryBytesMax)
    var items = Self.mergedItems(shared) + partitioner.items(sources)
    if demand.readsWholeTraces {
      let isWanted = sources.map { touched[$0.block].overlaps(demand.window) }
      items.removeAll { item in
        if case .rows(let rows) = item { !isWanted[rows.source] } else { false }
      }
    }
    self.items = items
    progress.unitsTotal.store(items.count, ordering: .relaxed)
    progress.expect(itemsOfBlocks: itemsOfBlocks())
  }

  /// The traces to put together, the last ones first.
  private static func mergedItems(_ shared: SharedTraces) -> [ScanItem] {
    var items: [ScanItem] = []
    for traces in [shared.traces.filter { !$0.isLoose }, shared.traces.filter(\.isLoose)] {
      // Merged traces copy their columns: not too many at a time.
      for start in stride(from: 0, to: traces.count, by: mergedTracesMax) {
        let end = min(start + mergedTracesMax, traces.count)
        items.insert(.shared(Array(traces[start..<end])), at: 0)
      }
    }
    return items
  }

  /// How many items each block has; traces put together from several blocks are of none.
  private func itemsOfBlocks() -> [Int] {
    var counts = [Int](repeating: 0, count: blockCount)
    for item in items { if let block = block(of: item) { counts[block] += 1 } }
    return counts
  }

  /// The block an item lies in; nil for traces put together from several.
  private func block(of item: ScanItem) -> Int? {
    guard case .rows(let item) = item else { return nil }
    return sources[item.source].block
  }

  /// Opens the blocks on all threads: of a file seen for the first time, the footer is read.
  private static func open(
    _ blocks: [Block], leavingOut leftOut: LeftOut, options: QueryOptions, _ damage: DamageLog
  ) async throws(StorageError) -> [ScanSource] {
    let opened = Mutex([Result<[BlockFile], StorageError>?](repeating: nil, count: blocks.count))
    let threadCount = blocks.allSatisfy(\.isOpen) ? 1 : options.threadCount
    try await WorkQueue.forEach(blocks.count, threadCount) { index in
      if leftOut.contains(blocks[index].name) { return }
      let files = Result { () throws(StorageError) in try blocks[index].files() }
      opened.withLock { $0[index] = files }
    }
    var sources: [ScanSource] = []
    for (index, opened) in opened.withLock({ $0 }).enumerated() {
      guard let opened else { continue }
      let files: [BlockFile]
      do throws(StorageError) {
        files = try opened.get()
      } catch {
        guard options.skipsDamaged, error.isDamage else { throw error }
        damage.note(LeftOut.Part(place: blocks[index].name), error)
        continue
      }
      for file in files {
        let rowGroups = file.file.rowGroups.indices.filter {
          !leftOut.contains(file.file.name, rowGroup: $0)
        }
        sources.append(
          ScanSource(
            block: index, file: file, isSorted: blocks[index].isSorted, rowGroups: rowGroups))
      }
    }
    return sources
  }

  /// Whether the query may go on after `error`, without what is damaged: that is noted, and the
  /// engine begins again without it.
  func leaveOut(after error: StorageError, in item: ScanItem? = nil) -> Bool {
    guard options.skipsDamaged, error.isDamage,
      let part = LeftOut.Part(error, sources, item: item)
    else { return false }
    damage.note(part, error)
    return true
  }

  /// Whether all spans of a run of rows start in the range, as far as metadata tell.
  func isInside(_ range: ClosedRange<UInt64>, _ work: Work) -> Bool {
    guard let known = blocks[sources[work.source].block].metadata.timeRange else { return false }
    return range.contains(known.lowerBound) && range.contains(known.upperBound)
  }

  /// The traces of which a fragment was taken for the whole; nil if it has to be known of all
  /// traces where they lie.
  func tracesJudgedInPart() async throws(QueryError) -> [RepeatedTraces.Group]? {
    guard let found, !watch.isOver else { return [] }
    let clock = PhaseClock(options.profile, statistics)
    defer { clock.ends(.repeatedTraces, rowsOut: 0) }
    do throws(StorageError) {
      return try await found.inSeveralPlaces(blocks, sources, options.threadCount, statistics) {
        () throws(StorageError) in
        try await SharedTraces.cached(
          sources, scope: .wholeTrace, threadCount: options.threadCount, statistics: statistics,
          cache: cache)
      }
    } catch {
      throw QueryError(error)
    }
  }

  /// What comes of a query that has used up its memory.
  enum LackOfMemory { case partialAnswer, error }

  /// Calls `work` for every item on `threadCount` workers. Stops early when cancelled, out of time
  /// or past a limit; the reasons come back.
  func run(
    memoryEndsIn lackOfMemory: LackOfMemory = .partialAnswer,
    _ work: @escaping @Sendable (Work) throws(StorageError) -> Void,
    skip: @escaping @Sendable (ScanItem) -> Bool = { _ in false }
  ) async throws(QueryError) -> [String] {
    if let reason = watch.stopReason(statistics) { return [reason] }
    let queue = WorkQueue(count: items.count)
    let clock = PhaseClock(options.profile, statistics)
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<max(1, min(options.threadCount, items.count)) {
        group.addTask {
          while let index = queue.take() {
            if let reason = watch.stopReason(statistics) { return queue.stop(reason) }
            let recorder = options.profile.map {
              UnitRecorder(profile: $0, worker: worker, statistics: statistics)
            }
            do throws(StorageError) {
              if skip(items[index]) { continue }
              tracesLookedAt.add(items[index].traceCount)
              try recorder.measure(
                .unit, rowsIn: 0, rowsOut: { _ in 0 },
                run: {
                  () throws(StorageError) in
                  if let unit = try prepare(items[index], recorder) { try work(unit) }
                })
            } catch {
              // Reading ends with an error when the query is over: that is no failure.
              if let reason = watch.stopReason(statistics) { return queue.stop(reason) }
              if let reason = error.memoryMessage, lackOfMemory == .partialAnswer {
                // What the other units gave stays: the answer is partial.
                watch.stop(reason)
                return queue.stop(reason)
              }
              if !leaveOut(after: error, in: items[index]) { return queue.fail(error) }
            }
            progress.unitsDone.wrappingAdd(1, ordering: .relaxed)
            note(items[index])
          }
        }
      }
    }
    clock.ends(.scan, rowsOut: items.count)
    return try queue.finish()
  }

  private func note(_ done: ScanItem) {
    if let block = block(of: done) { progress.finishItem(ofBlock: block) }
    progress.bytesRead.store(statistics.bytesRead, ordering: .relaxed)
    progress.pagesRead.store(statistics.pagesRead, ordering: .relaxed)
    progress.pagesPruned.store(statistics.pagesPruned, ordering: .relaxed)
  }
}

extension Block {
  /// Whether the block's time range, by its metadata, touches the query's; both ends inclusive.
  func overlaps(_ range: ClosedRange<UInt64>?) -> Bool {
    range.map { metadata.mayOverlap($0) } ?? true
  }
}
