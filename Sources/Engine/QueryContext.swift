package import Parquet
import Synchronization

/// Everything a query needs from outside, decided once at the edge.
public struct QueryOptions: Sendable {
  public enum TraceScope: Sendable { case wholeTrace, fragment }

  /// Newest traces returned; 0 means all.
  public var limit = 20
  /// Spans listed per span set; 0 means all.
  public var spansPerSpanSet = 3
  /// Unix nanoseconds, inclusive at both ends, or nil for everything there is.
  public var timeRange: ClosedRange<UInt64>?
  public var traceScope = TraceScope.wholeTrace
  /// Count all matching traces even when `limit` is smaller; otherwise work that cannot change the
  /// list is skipped.
  public var countsEveryMatch = false
  /// Go on without blocks or row groups that cannot be read; the answer is partial then. Otherwise
  /// the first damage is the query's error.
  public var skipsDamaged = false
  /// Worker threads, at least 1.
  public var threadCount = 2
  public var limits = QueryLimits()
  public var metrics = MetricsOptions()
  /// Filled with what the operators cost; nil: nobody wants to know.
  var profile: QueryProfile?

  public init() {}
}

/// What metrics queries need besides.
public struct MetricsOptions: Sendable {
  public enum QuantileMethod: Sendable {
    /// Within 1 % of the exact value; small groups exactly.
    case sketch
    /// Interpolated between powers of two, as Tempo does it.
    case powersOfTwo
  }

  /// Series returned at most; 0: no limit but that of memory.
  public var seriesMax = 0
  /// Exemplars of all series together at most.
  public var exemplarsMax = 100
  public var quantiles = QuantileMethod.sketch

  public init() {}
}

extension QueryOptions {
  /// Whether so few traces are wanted that the newest row groups may well settle the answer.
  var mayStopEarly: Bool { limit > 0 && limit <= 1_000 && !countsEveryMatch }
}

/// Every limit there is. Reaching one is a named error or a result marked partial.
public struct QueryLimits: Sendable {
  public var queryBytesMax = 131_072
  public var wallTimeNanosecondsMax: UInt64?
  public var bytesReadMax: Int?
  /// Of decoded columns, groups, series and matches. A process stays near it, whatever it is asked
  /// (`Benchmarks/hostile.py`): a million groups or series are cut short by it.
  public var memoryBytesMax = 512 << 20
  public var spansPerSpanSetMax = 1 << 24
  /// Pairs of an event and a link of one span that a filter may have to look at.
  public var eventLinkPairsMax = 1 << 24
  /// What spansets that share spans may take in one unit: hundreds of groups in the largest units,
  /// a thousand and more in ordinary ones.
  public var layerBytesMax = 512 << 20
  /// Names or values of attributes in one answer, in bytes; nil: all there are.
  public var tagBytesMax: Int?
  /// Stop collecting names or values after so many in a row that were known already; nil: never.
  public var staleTagsMax: Int?

  public init() {}
}

/// Live numbers of a running query, and the way to stop it. Shared between workers and a display.
public final class QueryProgress: Sendable {
  let unitsTotal = Atomic<Int>(0)
  let unitsDone = Atomic<Int>(0)
  let bytesRead = Atomic<Int>(0)
  let spansInspected = Atomic<Int>(0)
  let tracesMatched = Atomic<Int>(0)
  let pagesRead = Atomic<Int>(0)
  let pagesPruned = Atomic<Int>(0)
  /// Items left of each block.
  private let itemsLeft = Mutex<[Int]>([])
  private let cancelled = Atomic<Bool>(false)
  private let isInterrupted: (@Sendable () -> Bool)?
  private let interruptedMatchesMax: Int
  private let follower = Mutex<Follower?>(nil)
  /// The answer to a metrics query as it would be now, with so many series at most.
  private let metricsFollower = Mutex<(@Sendable (Int) -> MetricsResult)?>(nil)

  /// Ways to look at what a search has found while it runs.
  struct Follower: Sendable {
    var newest: @Sendable () -> [TraceMatch]
    /// The answer as it would be now, with so many traces at most.
    var answer: @Sendable (Int) -> SearchResult
  }

  /// `isInterrupted` is asked beside `cancel()`: for who cannot call, a signal's handler. Of very
  /// many matches an interrupted search returns the newest alone.
  public init(
    isInterrupted: (@Sendable () -> Bool)? = nil, interruptedMatchesMax: Int = .max
  ) {
    self.isInterrupted = isInterrupted
    self.interruptedMatchesMax = interruptedMatchesMax
  }

  /// Whether somebody asked the query to stop.
  public var isCancelled: Bool {
    cancelled.load(ordering: .relaxed) || isInterrupted?() ?? false
  }

  /// The newest matches of a search so far, in no final order; empty before there are any.
  public var matchesSoFar: [TraceMatch] { follower.withLock { $0 }?.newest() ?? [] }

  /// What a search would answer if it ended now, its newest traces, marked partial; nil if it has
  /// not begun or is over. For those who do not want to wait for its end.
  package func answerSoFar(tracesMax: Int) -> SearchResult? {
    follower.withLock { $0 }?.answer(tracesMax)
  }

  /// The same of a metrics query: what has been counted, of so many series of each function.
  package func metricsSoFar(seriesMax: Int) -> MetricsResult? {
    metricsFollower.withLock { $0 }?(seriesMax)
  }

  func followMetrics(_ answer: (@Sendable (Int) -> MetricsResult)?) {
    metricsFollower.withLock { $0 = answer }
  }

  func follow(_ follower: Follower?) { self.follower.withLock { $0 = follower } }

  /// Asks the query to stop; what it found so far is returned, marked partial.
  public func cancel() { cancelled.store(true, ordering: .relaxed) }

  /// Matches an interrupted search returns at most; nil while it is not.
  var keptMatchesMax: Int? { isInterrupted?() ?? false ? interruptedMatchesMax : nil }

  /// For reading that is no query of the engine's: it ends when this is cancelled, and holds no
  /// more memory than a query may.
  package func readStatistics(_ limits: QueryLimits) -> ReadStatistics {
    ReadStatistics(
      memory: MemoryBudget(bytesMax: limits.memoryBytesMax),
      isCancelled: { self.isCancelled })
  }

  /// Counts from the beginning, for a query that begins again.
  func restart() {
    unitsDone.store(0, ordering: .relaxed)
    spansInspected.store(0, ordering: .relaxed)
    tracesMatched.store(0, ordering: .relaxed)
  }

  public struct Snapshot: Sendable {
    public var unitsTotal: Int
    public var unitsDone: Int
    public var bytesRead: Int
    public var spansInspected: Int
    public var tracesMatched: Int
    public var blocksTotal: Int
    public var blocksDone: Int
    public var pagesRead: Int
    public var pagesPruned: Int
  }

  /// Says how many items of each block there are to do.
  func expect(itemsOfBlocks counts: [Int]) { itemsLeft.withLock { $0 = counts } }

  func finishItem(ofBlock block: Int) { itemsLeft.withLock { $0[block] -= 1 } }

  public func snapshot() -> Snapshot {
    let left = itemsLeft.withLock { $0 }
    return Snapshot(
      unitsTotal: unitsTotal.load(ordering: .relaxed),
      unitsDone: unitsDone.load(ordering: .relaxed),
      bytesRead: bytesRead.load(ordering: .relaxed),
      spansInspected: spansInspected.load(ordering: .relaxed),
      tracesMatched: tracesMatched.load(ordering: .relaxed),
      blocksTotal: left.count, blocksDone: left.count { $0 == 0 },
      pagesRead: pagesRead.load(ordering: .relaxed),
      pagesPruned: pagesPruned.load(ordering: .relaxed))
  }
}
