/// What a block says about itself: `meta.json`, or an entry of the tenant index.
package struct BlockMetadata: Sendable, Equatable {
  package var version: BlockVersion
  /// The version as written, `vParquet5-preview5` for example.
  package var format: String
  /// UUID text, equal to the folder's name; empty for a bare file.
  package var blockID: String
  package var tenant: String
  /// Unix nanoseconds between which spans were taken in; spans may lie outside. Nil when the block
  /// does not say, so that no time can rule it out.
  package var timeRange: ClosedRange<UInt64>?
  /// Rows of the data file.
  package var traceCount: Int
  /// Length of the data file; 0 = unknown.
  package var byteCount: Int
  /// 0 for a fresh block, one more with each compaction.
  package var compactionLevel: Int
  /// Row groups as announced; may be one too high.
  package var rowGroupCount: Int
  /// Number of bloom filter objects.
  package var bloomShardCount: Int
  /// Length of the Parquet footer without its trailer; 0 = unknown.
  package var footerByteCount: Int
  package var dedicatedColumns: [DedicatedColumn]
  /// 1 = each span is stored once over all blocks; 0 = written by replicas.
  package var replicationFactor: Int

  /// An unreleased variant of its version.
  package var isPreview: Bool { BlockVersion.isPreview(format: format) }

  /// Metadata of a version in which nothing else is known.
  package init(version: BlockVersion, blockID: String = "", tenant: String = "") {
    self.version = version
    format = version.rawValue
    self.blockID = blockID
    self.tenant = tenant
    timeRange = nil
    traceCount = 0
    byteCount = 0
    compactionLevel = 0
    rowGroupCount = 0
    bloomShardCount = 0
    footerByteCount = 0
    dedicatedColumns = []
    replicationFactor = 1
  }

  /// Whether spans of `range` may lie in the block, by its own account; both ends included.
  package func mayOverlap(_ range: ClosedRange<UInt64>) -> Bool {
    timeRange?.overlaps(range) ?? true
  }

  /// Sets the time range from two ends that may be unset (zero) or swapped.
  mutating func setTimes(start: UInt64?, end: UInt64?) {
    guard let start, let end, start > 0 || end > 0 else {
      timeRange = nil
      return
    }
    timeRange = min(start, end)...max(start, end)
  }

  /// Shards to look in: very old blocks say 0 and mean 10.
  static func bloomShards(announced: Int) -> Int { announced == 0 ? 10 : announced }
}
