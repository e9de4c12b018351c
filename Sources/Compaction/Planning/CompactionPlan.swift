package import Storage

/// Which blocks of a tenant are merged with which (blocks.md 7.1).
package struct CompactionPlan: Sendable {
  package struct Options: Sendable, Equatable {
    /// Blocks that end in the same window are merged; nanoseconds.
    package var windowNanoseconds: UInt64 = 3_600_000_000_000
    package var inputsMin = 2
    package var inputsMax = 16
    package var tracesMax = 6_000_000
    package var bytesMax = 107_374_182_400

    package init() {}
  }

  /// Blocks that become one, the newest first: of copies of a span that differ the one stays that
  /// queries give, too.
  package private(set) var jobs: [[Block]] = []

  /// A block is in at most one job. Blocks of one job have one format, one replication factor, one
  /// window and one level; their dedicated columns may differ.
  package init(_ blocks: [Block], _ options: Options = Options()) {
    var groups: [Key: [Block]] = [:]
    for block in blocks where block.isSorted {
      groups[Key(block.metadata, options), default: []].append(block)
    }
    for key in groups.keys.sorted(by: { ($0.window, $0.level) < ($1.window, $1.level) }) {
      append(groups[key] ?? [], options)
    }
  }

  private mutating func append(_ blocks: [Block], _ options: Options) {
    let sorted = blocks.sorted { a, b in
      let (first, second) = (a.metadata.traceCount, b.metadata.traceCount)
      return first == second ? a.name < b.name : first < second
    }
    var job: [Block] = []
    var (traces, bytes) = (0, 0)
    for block in sorted {
      let (more, size) = (block.metadata.traceCount, block.metadata.byteCount)
      let isFull =
        job.count == options.inputsMax || traces + more > options.tracesMax
        || bytes + size > options.bytesMax
      if isFull {
        if job.count >= options.inputsMin { jobs.append(job.sorted(by: Self.isNewer)) }
        job = []
        (traces, bytes) = (0, 0)
      }
      job.append(block)
      traces += more
      bytes += size
    }
    if job.count >= options.inputsMin { jobs.append(job.sorted(by: Self.isNewer)) }
  }

  private static func isNewer(_ a: Block, _ b: Block) -> Bool {
    let starts = (a.metadata.timeRange?.lowerBound ?? 0, b.metadata.timeRange?.lowerBound ?? 0)
    return starts.0 == starts.1 ? a.name > b.name : starts.0 > starts.1
  }

  private struct Key: Hashable {
    var window: UInt64
    var level: Int
    var format: String
    var replicationFactor: Int

    init(_ metadata: BlockMetadata, _ options: Options) {
      window = (metadata.timeRange?.upperBound ?? 0) / max(1, options.windowNanoseconds)
      level = metadata.compactionLevel
      format = metadata.format
      replicationFactor = metadata.replicationFactor
    }
  }
}
