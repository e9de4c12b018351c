package import Storage

/// Which blocks have had their time (blocks.md 7.4), or are in the way.
package struct RetentionPlan: Sendable {
  package struct Options: Sendable {
    /// 0 keeps everything.
    package var retentionNanoseconds: UInt64 = 336 * 3_600_000_000_000
    /// Traces with an age of their own; of several rules that match one the first counts.
    package var rules: [RetentionRule] = []
    /// A block is rewritten when so much of its traces has had its time; percent.
    package var rewritePercent = 10
    /// Bytes of data files; nil: no bound.
    package var bytesMax: Int?

    package init() {}
  }

  package enum Reason: String, Sendable { case age, quota }

  /// A block that holds traces of different ages: some may have had their time.
  package struct Mixed: Sendable {
    package var block: Block
    /// Whether the time of those is up that a rule matches; one a rule.
    package var isOverByRule: [Bool]
    /// Whether the time of those is up that no rule matches.
    package var isOverOtherwise: Bool

    /// The same as long as nobody else's time is up.
    package var stage: String {
      (isOverByRule + [isOverOtherwise]).map { $0 ? "1" : "0" }.joined()
    }
  }

  /// Oldest first.
  package private(set) var expired: [(block: Block, reason: Reason)] = []
  /// Oldest first; none of them is expired.
  package private(set) var mixed: [Mixed] = []

  package init(_ blocks: [Block], now: UInt64, _ options: Options) {
    let oldestFirst = blocks.sorted {
      Self.end($0) == Self.end($1) ? $0.name < $1.name : Self.end($0) < Self.end($1)
    }
    var kept: [Block] = []
    for block in oldestFirst {
      let byRule = options.rules.map { Self.isOver(block, now, $0.nanoseconds) }
      let otherwise = Self.isOver(block, now, options.retentionNanoseconds)
      if otherwise, byRule.allSatisfy({ $0 }) {
        expired.append((block, .age))
        continue
      }
      kept.append(block)
      if otherwise || byRule.contains(true) {
        mixed.append(Mixed(block: block, isOverByRule: byRule, isOverOtherwise: otherwise))
      }
    }
    guard let bytesMax = options.bytesMax else { return }
    var bytes = kept.reduce(0) { $0 + $1.metadata.byteCount }
    for block in kept where bytes > bytesMax {
      expired.append((block, .quota))
      bytes -= block.metadata.byteCount
    }
    let gone = Set(expired.map(\.block.name))
    mixed.removeAll { gone.contains($0.block.name) }
  }

  /// A block that does not say when it was is not old.
  private static func isOver(_ block: Block, _ now: UInt64, _ age: UInt64) -> Bool {
    guard age > 0, now > age, let range = block.metadata.timeRange else { return false }
    return range.upperBound < now - age
  }

  private static func end(_ block: Block) -> UInt64 { block.metadata.timeRange?.upperBound ?? .max }
}
