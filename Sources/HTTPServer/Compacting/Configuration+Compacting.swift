import Compaction
import Storage

extension Configuration {
  /// Compaction of a tenant's blocks as the configuration wants it.
  func compactor(_ folder: TenantFolder) -> Compactor {
    var compactor = Compactor(folder)
    let retention = retention
    compactor.retention.retentionNanoseconds = UInt64(max(0, retention.blockRetention.nanoseconds))
    compactor.retention.bytesMax = retention.quotaBytes > 0 ? retention.quotaBytes : nil
    compactor.graceNanoseconds = UInt64(max(0, retention.compactedRetention.nanoseconds))
    compactor.compaction.windowNanoseconds = UInt64(max(1, retention.window.nanoseconds))
    compactor.compaction.tracesMax = max(1, retention.tracesMax)
    compactor.compaction.bytesMax = max(1, retention.bytesMax)
    return compactor
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
