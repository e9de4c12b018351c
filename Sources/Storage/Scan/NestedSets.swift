import Columns

/// Tree numbers of the spans of a unit: as stored, rebuilt for traces whose block lacks them.
package struct NestedSets: Sendable {
  package var left: [Int64]
  package var right: [Int64]
  package var parent: [Int64]

  package init(_ unit: any SpanUnit) throws(StorageError) {
    guard case .int64(let left)? = try unit.column(.nestedSetLeft),
      case .int64(let right)? = try unit.column(.nestedSetRight),
      case .int64(let parent)? = try unit.column(.nestedSetParent)
    else {
      let tree = try SpanTree.build(unit)
      (self.left, self.right, self.parent) = (tree.left, tree.right, tree.parent)
      return
    }
    (self.left, self.right, self.parent) = (left, right, parent)
    guard let patch = try Unnumbered(unit, left: left) else { return }
    for (i, span) in patch.spans.enumerated() {
      self.left[span] = patch.tree.left[i]
      self.right[span] = patch.tree.right[i]
      self.parent[span] = patch.tree.parent[i]
    }
  }

  /// Children of every span; computed where the block does not say or cannot be trusted.
  package static func childCounts(_ unit: any SpanUnit) throws(StorageError) -> [Int64] {
    guard case .int64(var counts)? = try unit.column(.childCount),
      case .int64(let left)? = try unit.column(.nestedSetLeft)
    else { return try countedChildren(unit) }
    // Tempo leaves numbers of another trace on traces without a root (blocks.md 11).
    guard let patch = try Unnumbered(unit, left: left) else { return counts }
    for (i, span) in patch.spans.enumerated() { counts[span] = patch.tree.childCount[i] }
    return counts
  }

  /// Children by tree numbers, which is much cheaper than building trees; of traces whose numbers
  /// are missing or make no sense, a tree is built.
  private static func countedChildren(_ unit: any SpanUnit) throws(StorageError) -> [Int64] {
    guard case .int64(let left)? = try unit.column(.nestedSetLeft),
      case .int64(let parent)? = try unit.column(.nestedSetParent)
    else { return try SpanTree.build(unit).childCount }
    let layout = try unit.layout()
    var counts = [Int64](repeating: 0, count: left.count)
    var unnumbered = Bitmap(count: layout.traceCount)
    var spanAt: [Int32] = []
    for trace in 0..<layout.traceCount {
      let spans = layout.spans(of: trace)
      // Every span takes two numbers.
      spanAt.removeAll(keepingCapacity: true)
      spanAt.append(contentsOf: repeatElement(-1, count: 2 * spans.count + 1))
      for span in spans where left[span] > 0 && left[span] < spanAt.count {
        spanAt[Int(left[span])] = Int32(truncatingIfNeeded: span)
      }
      for span in spans {
        let isNumbered =
          left[span] > 0 && left[span] < spanAt.count && spanAt[Int(left[span])] == span
        let hasParent =
          parent[span] > 0 && parent[span] < spanAt.count && spanAt[Int(parent[span])] >= 0
        if !isNumbered || !(hasParent || parent[span] == -1) { unnumbered[trace] = true }
        if hasParent { counts[Int(spanAt[Int(parent[span])])] += 1 }
      }
    }
    if unnumbered.isEmpty { return counts }
    let tree = try SpanTree.build(unit.narrowed(to: unnumbered))
    var next = 0
    for trace in unnumbered.indices() {
      for span in layout.spans(of: Int(trace)) {
        counts[span] = tree.childCount[next]
        next += 1
      }
    }
    return counts
  }

  /// The traces that lack numbers, numbered afresh: those in which no span has one, and those in
  /// which a span has none that hangs from a root. Tempo gives none to orphans, and that is right.
  struct Unnumbered {
    var spans: [Int] = []
    var tree: SpanTree

    init?(_ unit: any SpanUnit, left: [Int64]) throws(StorageError) {
      let layout = try unit.layout()
      var traces = Bitmap(count: layout.traceCount)
      for trace in 0..<layout.traceCount
      where layout.spans(of: trace).contains(where: { left[$0] == 0 }) {
        traces[trace] = true
      }
      if traces.isEmpty { return nil }
      try unit.checkpoint(taking: 0)
      let built = try SpanTree.build(unit.narrowed(to: traces))
      var lacking: [Range<Int>] = []
      var first = 0
      for trace in traces.indices() {
        let range = layout.spans(of: Int(trace))
        let isLacking =
          !range.contains { left[$0] != 0 }
          || range.contains { left[$0] == 0 && built.left[first + $0 - range.lowerBound] != 0 }
        if isLacking {
          lacking.append(first..<first + range.count)
          spans.append(contentsOf: range)
        }
        first += range.count
      }
      if lacking.isEmpty { return nil }
      tree = built.cut(to: lacking)
    }
  }

  /// For every span the index of its parent span in the unit, or -1; orphans by span ID.
  package static func parentSpans(_ unit: any SpanUnit) throws(StorageError) -> [Int32] {
    try SpanTree.build(unit).parentSpan
  }
}
