package import Storage

/// Which blocks have had their time (blocks.md 7.4), or are in the way.
package struct RetentionPlan: Sendable {
  package struct Options: Sendable, Equatable {
    /// 0 keeps everything.
    package var retentionNanoseconds: UInt64 = 336 * 3_600_000_000_000
    /// Bytes of data files; nil: no bound.
    package var bytesMax: Int?

    package init() {}
  }

  package enum Reason: String, Sendable { case age, quota }

  /// Oldest first.
  package private(set) var expired: [(block: Block, reason: Reason)] = []

  package init(_ blocks: [Block], now: UInt64, _ options: Options) {
    let oldestFirst = blocks.sorted {
      Self.end($0) == Self.end($1) ? $0.name < $1.name : Self.end($0) < Self.end($1)
    }
    var kept: [Block] = []
    for block in oldestFirst {
      // A block that does not say when it was is not old.
      if options.retentionNanoseconds > 0, let range = block.metadata.timeRange,
        now > options.retentionNanoseconds, range.upperBound < now - options.retentionNanoseconds
      {
        expired.append((block, .age))
      } else {
        kept.append(block)
      }
    }
    guard let bytesMax = options.bytesMax else { return }
    var bytes = kept.reduce(0) { $0 + $1.metadata.byteCount }
    for block in kept where bytes > bytesMax {
      expired.append((block, .quota))
      bytes -= block.metadata.byteCount
    }
  }

  private static func end(_ block: Block) -> UInt64 { block.metadata.timeRange?.upperBound ?? .max }
}
