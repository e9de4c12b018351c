package import Engine
import Parquet
import Spans
package import Storage
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
    options.limit = 0
    options.spansPerSpanSet = 1
    options.threadCount = threadCount
    options.limits = limits
    self.options = options
  }

  /// A trace is judged whole, with what `blocks` hold of it besides. An answer that is not complete
  /// is an error: nothing goes because a rule could not be asked.
  package func judge(
    _ mixed: RetentionPlan.Mixed, among blocks: [Block], progress: QueryProgress
  ) async throws(StorageError) -> TraceExpiry {
    var expiry = TraceExpiry(traces: [], traceCount: 0)
    var open = Set<TraceID>()
    for file in try mixed.block.files() {
      for rowGroup in file.file.rowGroups.indices {
        let ids = try file.traceIDs(rowGroup: rowGroup, statistics: ReadStatistics())
        expiry.traceCount += ids.count
        open.formUnion(ids)
      }
    }
    let near = neighbours(of: mixed.block, among: blocks)
    for (number, rule) in rules.enumerated() {
      // The rest has one fate.
      if mixed.isOverByRule[number...].allSatisfy({ $0 == mixed.isOverOtherwise }) { break }
      let matched = open.intersection(try await matches(rule, near, progress))
      open.subtract(matched)
      if mixed.isOverByRule[number] { expiry.traces.formUnion(matched) }
    }
    if mixed.isOverOtherwise { expiry.traces.formUnion(open) }
    return expiry
  }

  /// The block, and those in which other parts of its traces are looked for.
  package func neighbours(of block: Block, among blocks: [Block]) -> [Block] {
    blocks.around([block], reachNanoseconds: Self.reachNanoseconds)
  }

  private func matches(
    _ rule: RetentionRule, _ blocks: [Block], _ progress: QueryProgress
  ) async throws(StorageError) -> [TraceID] {
    let result: SearchResult
    do throws(QueryError) {
      result = try await QueryEngine(blocks: blocks).search(
        rule.query, options: options, progress: progress)
    } catch {
      throw Self.failure(error, rule)
    }
    if progress.isCancelled {
      throw .parquet(ParquetError(.cancelled, file: blocks[0].location, "cancelled"))
    }
    guard result.partialReasons.isEmpty else {
      throw .tooMuchMemory(
        "the rule '\(rule.text)': " + result.partialReasons.joined(separator: "; "))
    }
    return result.traces.map { TraceID($0.traceID) }
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
