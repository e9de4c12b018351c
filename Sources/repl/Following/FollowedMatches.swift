import Engine
import Storage
import TraceQL

/// What a followed query has matched so far. A look at blocks gives what it had not: each trace, or
/// each span, once, however often it is written anew.
struct FollowedMatches {
  private struct Key: Hashable {
    var traceID: [UInt8]
    /// Empty where traces are followed.
    var spanID: [UInt8]
    var start: UInt64
  }

  private let query: Query
  private let options: QueryOptions
  private let rows: RowKind
  private var seen: Set<Key> = []
  private var known: Set<String> = []

  /// How far around new blocks other parts of their traces are looked for; nanoseconds.
  private static let reachNanoseconds: UInt64 = 3_600_000_000_000

  init(_ query: Query, _ options: QueryOptions, rows: RowKind) {
    self.query = query
    self.options = options
    self.rows = rows
  }

  /// What matches now and did not before, the oldest first, and why that may not be all.
  mutating func look(
    at blocks: [Block], progress: QueryProgress
  ) async throws(QueryError) -> (matches: [TraceMatch], partialReasons: [String]) {
    // Blocks never change; those that are still written to do.
    let fresh = blocks.filter { !known.contains($0.name) || !$0.isSorted }
    guard !fresh.isEmpty else { return ([], []) }
    let near = blocks.around(fresh, reachNanoseconds: Self.reachNanoseconds)
    let result = try await QueryEngine(blocks: near).search(
      query, options: options, progress: progress)
    if progress.isCancelled { return ([], []) }
    known = Set(blocks.map(\.name))
    return (result.traces.reversed().compactMap { unseen($0) }, result.partialReasons)
  }

  /// What of a trace has not been shown; nil if all has.
  private mutating func unseen(_ trace: TraceMatch) -> TraceMatch? {
    guard rows == .spans else {
      return seen.insert(Key(traceID: trace.traceID, spanID: [], start: 0)).inserted ? trace : nil
    }
    var trace = trace
    for set in trace.spanSets.indices {
      trace.spanSets[set].spans.removeAll { span in
        let key = Key(
          traceID: trace.traceID, spanID: span.spanID, start: span.startNanoseconds)
        return !seen.insert(key).inserted
      }
    }
    trace.spanSets.removeAll { $0.spans.isEmpty }
    return trace.spanSets.isEmpty ? nil : trace
  }
}
