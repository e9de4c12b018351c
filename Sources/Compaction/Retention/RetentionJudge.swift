import Columns
package import Engine
import Parquet
import Spans
package import Storage
import Synchronization
import TraceQL

/// Asks the rules of a folder which traces of a block have had their time.
package struct RetentionJudge: Sendable {
  package let rules: [RetentionRule]
  private let options: QueryOptions

  /// Parts of a trace that lie in blocks of other times are seen if these are so near; nanoseconds.
  private static let reachNanoseconds: UInt64 = 3_600_000_000_000

  package init(_ rules: [RetentionRule], threadCount: Int, limits: QueryLimits) {
    self.rules = rules
    var options = QueryOptions()
    options.threadCount = threadCount
    options.limits = limits
    self.options = options
  }

  /// A trace is judged whole, with what `blocks` hold of it besides. An answer that is not complete
  /// is an error: nothing goes because a rule could not be asked.
  package func judge(
    _ mixed: RetentionPlan.Mixed, among blocks: [Block], progress: QueryProgress
  ) async throws(StorageError) -> TraceExpiry {
    var all: [TraceID] = []
    for file in try mixed.block.files() {
      for rowGroup in file.file.rowGroups.indices {
        all += try file.traceIDs(rowGroup: rowGroup, statistics: ReadStatistics())
      }
    }
    let ids = SortedTraceIDs(all)
    all = []
    let near = neighbours(of: mixed.block, among: blocks)
    // A bit a trace: those no rule has matched yet, and those whose time is up.
    var open = Bitmap(count: ids.count, filled: true)
    var over = Bitmap(count: ids.count)
    for (number, rule) in rules.enumerated() {
      // The rest has one fate.
      if mixed.isOverByRule[number...].allSatisfy({ $0 == mixed.isOverOtherwise }) { break }
      let matched = try await matches(rule, ids, near, progress).intersection(open)
      open = open.subtracting(matched)
      if mixed.isOverByRule[number] { over = over.union(matched) }
    }
    if mixed.isOverOtherwise { over = over.union(open) }
    return TraceExpiry(traces: ids.filtered(over), traceCount: ids.count)
  }

  /// The block, and those in which other parts of its traces are looked for.
  package func neighbours(of block: Block, among blocks: [Block]) -> [Block] {
    blocks.around([block], reachNanoseconds: Self.reachNanoseconds)
  }

  /// Which of `ids` a rule matches. Nothing else is kept of what it finds, however much that is.
  private func matches(
    _ rule: RetentionRule, _ ids: SortedTraceIDs, _ blocks: [Block], _ progress: QueryProgress
  ) async throws(StorageError) -> Bitmap {
    let matched = MatchedTraces(ids)
    let partialReasons: [String]
    do throws(QueryError) {
      partialReasons = try await QueryEngine(blocks: blocks).traceIDs(
        matching: rule.query, options: options, progress: progress, found: matched.insert)
    } catch {
      throw Self.failure(error, rule)
    }
    if progress.isCancelled {
      throw .parquet(ParquetError(.cancelled, file: blocks[0].location, "cancelled"))
    }
    guard partialReasons.isEmpty else {
      throw .tooMuchMemory("the rule '\(rule.text)': " + partialReasons.joined(separator: "; "))
    }
    return matched.bits
  }

  private static func failure(_ error: QueryError, _ rule: RetentionRule) -> StorageError {
    switch error {
    case .invalidQuery(let diagnostics):
      // Of a query that was checked; what is left depends on the blocks.
      .tooMuchMemory("the rule '\(rule.text)': \(diagnostics.map(\.code.message))")
    case .damagedBlock(let sentence): .damaged(file: "the rule '\(rule.text)'", sentence)
    case .limitReached(_, let message): .tooMuchMemory("the rule '\(rule.text)': \(message)")
    }
  }
}

/// The traces of a block that a rule matches, marked by several threads.
private final class MatchedTraces: Sendable {
  private let ids: SortedTraceIDs
  private let marked: Mutex<Bitmap>

  init(_ ids: SortedTraceIDs) {
    self.ids = ids
    marked = Mutex(Bitmap(count: ids.count))
  }

  var bits: Bitmap { marked.withLock { $0 } }

  @Sendable func insert(_ found: [[UInt8]]) {
    let places = found.compactMap { ids.index(of: TraceID($0)) }
    marked.withLock { bits in
      for place in places { bits[place] = true }
    }
  }
}
