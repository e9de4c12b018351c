import Parquet
import Storage
import Synchronization

/// The newest matching traces so far, shared between workers.
final class MatchCollector: Sendable {
  /// A place in the order of results: newest first, then by trace ID.
  struct Rank: Sendable, Comparable {
    var start: UInt64
    var traceID: [UInt8]

    /// `a < b`: a is listed before b.
    static func < (a: Rank, b: Rank) -> Bool {
      a.start != b.start ? a.start > b.start : a.traceID.lexicographicallyPrecedes(b.traceID)
    }
  }

  private struct State {
    var matches: [TraceMatch] = []
    /// Fragments of traces that other sources hold too; merged at the end.
    var fragments: [(source: Int, match: TraceMatch)] = []
    var count = 0
    var threshold: Rank?
    var skippedWork = false
    /// Of `matches`, roughly.
    var bytes = 0
  }

  /// 0: no limit.
  private let limit: Int
  /// Where the memory comes from that kept results take.
  private let memory: ReadStatistics
  private let state = Mutex(State())

  init(limit: Int, memory: ReadStatistics = ReadStatistics()) {
    self.limit = limit
    self.memory = memory
  }

  /// Once `limit` traces are known: only traces that rank before this can still be listed.
  var threshold: Rank? { state.withLock { $0.threshold } }

  /// The first `count` of the matches known now. A watcher asks a few times a second: of very many
  /// matches only those found last are looked at.
  func newest(_ count: Int) -> [TraceMatch] {
    let known = state.withLock { Array($0.matches.suffix(1_000)) }
    return Array(known.sorted { $0.rank < $1.rank }.prefix(count))
  }

  /// Traces that matched until now; fragments are counted one by one.
  var count: Int { state.withLock { $0.count + $0.fragments.count } }

  /// The first `count` of all matches known now, in order. Workers wait for one look at every
  /// match, not for sorting them.
  func snapshot(_ count: Int) -> [TraceMatch] {
    let (some, fragments) = state.withLock { state in
      (state.matches.newest(count), state.fragments.map(\.match).newest(count))
    }
    var merged: [[UInt8]: TraceMatch] = [:]
    for match in fragments {
      merged[match.traceID] = merged[match.traceID].map { $0.merged(with: match) } ?? match
    }
    return Array((some + merged.values).sorted { $0.rank < $1.rank }.prefix(count))
  }

  func noteSkippedWork() { state.withLock { $0.skippedWork = true } }

  /// `count`: traces that matched, the listed ones and those that rank too low.
  func add(_ matches: [TraceMatch], count: Int) throws(StorageError) {
    let bytes = try charge(matches)
    state.withLock { state in
      state.count += count
      state.matches += matches
      state.bytes += bytes
      if limit > 0 && state.matches.count >= limit {
        state.matches.sort { $0.rank < $1.rank }
        state.matches.removeLast(state.matches.count - limit)
        state.threshold = state.matches.last?.rank
        let kept = state.matches.reduce(0) { $0 + $1.memoryBytes }
        memory.giveMemory(state.bytes - kept)
        state.bytes = kept
      }
    }
  }

  func addFragments(_ matches: [TraceMatch], source: Int) throws(StorageError) {
    _ = try charge(matches)
    state.withLock { $0.fragments += matches.map { (source, $0) } }
  }

  private func charge(_ matches: [TraceMatch]) throws(StorageError) -> Int {
    let bytes = matches.reduce(0) { $0 + $1.memoryBytes }
    guard memory.takeMemory(bytes) else {
      throw .tooMuchMemory(
        "memory limit of \(memory.memoryBytesMax ?? 0) bytes reached by the traces found")
    }
    return bytes
  }

  /// Everything found, in order; `isExact` is false when work was skipped because of the limit.
  func finish() -> (matches: [TraceMatch], count: Int, isExact: Bool) {
    state.withLock { state in
      var merged: [[UInt8]: TraceMatch] = [:]
      for (_, match) in state.fragments.sorted(by: { $0.source < $1.source }) {
        if let known = merged[match.traceID] {
          merged[match.traceID] = known.merged(with: match)
        } else {
          merged[match.traceID] = match
        }
      }
      var matches = state.matches + merged.values
      matches.sort { $0.rank < $1.rank }
      let count = state.count + merged.count
      if limit > 0 && matches.count > limit { matches.removeLast(matches.count - limit) }
      return (matches, count, !state.skippedWork)
    }
  }
}

extension [TraceMatch] {
  /// The `count` that start last, and others that start with the last of them.
  fileprivate func newest(_ count: Int) -> [TraceMatch] {
    guard self.count > count, count > 0 else { return self }
    let starts = map(\.startNanoseconds).sorted(by: >)
    let oldest = starts[count - 1]
    return filter { $0.startNanoseconds >= oldest }
  }
}

extension TraceMatch {
  /// Roughly what this match takes: structs, the headers of small arrays, strings.
  fileprivate var memoryBytes: Int {
    320
      + spanSets.reduce(0) { total, set in
        total + 160 + set.attributes.memoryBytes
          + set.spans.reduce(0) { $0 + 200 + $1.attributes.memoryBytes }
      }
  }

  var rank: MatchCollector.Rank {
    MatchCollector.Rank(start: startNanoseconds, traceID: traceID)
  }

  /// Two fragments of one trace, each evaluated alone (traceql.md 8.4).
  func merged(with other: TraceMatch) -> TraceMatch {
    var result = self
    if result.rootServiceName.isEmpty { result.rootServiceName = other.rootServiceName }
    if result.rootTraceName.isEmpty { result.rootTraceName = other.rootTraceName }
    result.startNanoseconds = min(startNanoseconds, other.startNanoseconds)
    result.durationNanoseconds = max(durationNanoseconds, other.durationNanoseconds)
    for set in other.spanSets {
      guard let same = result.spanSets.firstIndex(where: { $0.identity == set.identity }) else {
        result.spanSets.append(set)
        continue
      }
      if set.matched > result.spanSets[same].matched { result.spanSets[same] = set }
    }
    if let others = other.serviceStatistics {
      result.serviceStatistics = (result.serviceStatistics ?? []).merged(with: others)
    }
    return result
  }
}

extension [NamedValue] {
  fileprivate var memoryBytes: Int {
    reduce(0) { total, named in
      guard case .string(let text) = named.value else { return total + 96 }
      return total + 96 + text.utf8.count
    }
  }
}

extension SpanSetMatch {
  /// Fragments' spansets with equal `by` values are the same spanset.
  fileprivate var identity: [NamedValue] { attributes.filter { $0.key.hasPrefix("by") } }
}

extension [ServiceStatistics] {
  fileprivate func merged(with others: [ServiceStatistics]) -> [ServiceStatistics] {
    var result = self
    for other in others {
      guard let same = result.firstIndex(where: { $0.service == other.service }) else {
        result.append(other)
        continue
      }
      result[same].spanCount = Swift.max(result[same].spanCount, other.spanCount)
      result[same].errorCount = Swift.max(result[same].errorCount, other.errorCount)
    }
    return result.sorted { $0.service.utf8.lexicographicallyPrecedes($1.service.utf8) }
  }
}
