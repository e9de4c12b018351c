import BlockWriter
import Compaction
import Engine
import Server
import Storage

extension Configuration {
  /// Compaction of a tenant's blocks as the configuration wants it.
  func compactor(_ folder: TenantFolder) -> Compactor {
    var compactor = Compactor(folder)
    let retention = retention
    compactor.retention.retentionNanoseconds = UInt64(max(0, retention.blockRetention.nanoseconds))
    compactor.retention.rules = retention.rules.compactMap { text in
      // Each was read when the configuration was.
      try? Self.rule(text)
    }
    compactor.retention.rewritePercent = retention.rewritePercent
    compactor.retention.bytesMax = retention.quotaBytes > 0 ? retention.quotaBytes : nil
    compactor.graceNanoseconds = UInt64(max(0, retention.compactedRetention.nanoseconds))
    compactor.compaction.windowNanoseconds = UInt64(max(1, retention.window.nanoseconds))
    compactor.compaction.tracesMax = max(1, retention.tracesMax)
    compactor.compaction.bytesMax = max(1, retention.bytesMax)
    return compactor
  }

  /// A merge of blocks. The columns that are configured are those of the new block; where the data
  /// decides, those of the old ones are.
  func rewrite(_ blocks: [Block]) -> BlockRewrite {
    var rewrite = BlockRewrite(merging: blocks)
    if columnChoice != .auto { rewrite.choice = columnChoice }
    return rewrite
  }

  /// Who is asked for traces that a rule matches: beside the queries, so with one thread.
  func retentionJudge(_ rules: [RetentionRule]) -> RetentionJudge {
    var limits = QueryLimits()
    limits.memoryBytesMax = queryMemoryBytesMax
    return RetentionJudge(rules, threadCount: 1, limits: limits)
  }

  static func rule(_ text: String) throws(RetentionRuleError) -> RetentionRule {
    try RetentionRule(text) { text in
      GoDurationText.parse(text).flatMap { $0 > 0 ? UInt64($0) : nil }
    }
  }

  /// Whether every rule can be read.
  func checkRetention() throws(ConfigurationError) {
    for text in retention.rules {
      do throws(RetentionRuleError) {
        _ = try Self.rule(text)
      } catch {
        throw ConfigurationError(
          message: "traceql.retention.rules cannot have '\(text)'. \(error.message)")
      }
    }
    guard retention.rewritePercent <= 100 else {
      throw ConfigurationError(message: "traceql.retention.rewrite_percent cannot be above 100")
    }
  }

  /// What becomes of blocks after they are written.
  package struct Retention: Sendable, Equatable {
    package var isEnabled = false
    package var blockRetention = Length(seconds: 336 * 3_600)
    package var compactedRetention = Length(seconds: 3_600)
    package var window = Length(seconds: 3_600)
    package var cycle = Length(seconds: 30)
    package var tracesMax = 6_000_000
    package var bytesMax = 107_374_182_400
    package var quotaBytes = 0
    /// `720h { status = error }`, the first that matches a trace counts.
    package var rules: [String] = []
    package var rewritePercent = 10

    init() {}
  }
}

/// The keys about blocks that are merged and removed.
extension ConfigurationTable {
  static let compacting = [
    key(
      "traceql.compaction.enabled", .flag(\.retention.isEnabled),
      "merges and retires blocks of storage.trace.local.path, while spans are taken",
      isFixed: true),
    key(
      "traceql.compaction.quota_bytes", .bytes(\.retention.quotaBytes),
      "data files of a tenant; the oldest blocks above it go; 0: no bound"),
    key(
      "traceql.retention.rules", .list(\.retention.rules, separator: ";"),
      "traces with an age of their own: '720h { status = error }', '0 { ... }' for ever; the first "
        + "rule that matches counts, block_retention for the rest"),
    key(
      "traceql.retention.rewrite_percent", .count(\.retention.rewritePercent, floor: 0),
      "a block is written anew when so much of its traces has had its time by a rule"),
    key(
      "compactor.compaction.block_retention", .length(\.retention.blockRetention),
      "blocks that ended earlier go; 0: never"),
    key(
      "compactor.compaction.compacted_block_retention", .length(\.retention.compactedRetention),
      "blocks that were replaced stay so long for those who read them"),
    key(
      "compactor.compaction.compaction_window", .length(\.retention.window),
      "blocks that end within the same stretch of time are merged"),
    key(
      "compactor.compaction.compaction_cycle", .length(\.retention.cycle),
      "time between two looks for blocks to merge"),
    key(
      "compactor.compaction.max_compaction_objects", .count(\.retention.tracesMax, floor: 1),
      "traces of a merged block"),
    key(
      "compactor.compaction.max_block_bytes", .bytes(\.retention.bytesMax),
      "bytes of a merged block"),
  ]
}
