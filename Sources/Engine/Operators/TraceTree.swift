import Storage

/// The spans of one trace as a tree, for walking in either direction in linear time.
///
/// Works on numbers relative to the trace's first span. Spans without a number (orphans) are
/// related to nothing. Buffers are reused from trace to trace.
struct TraceTree {
  /// Local span for each `left`, or -1.
  private(set) var spanAtLeft: [Int32] = []
  /// Local parent, or -1.
  private(set) var parentOf: [Int32] = []
  /// The parent's `left`, -1 for roots, 0 for orphans.
  private(set) var parentLeft: [Int32] = []
  private(set) var count = 0
  private var siblings: [Int32] = []

  mutating func load(_ range: Range<Int>, _ sets: NestedSets) {
    count = range.count
    let lefts = count * 2 + 1
    if spanAtLeft.count < lefts {
      spanAtLeft = [Int32](repeating: -1, count: lefts)
      siblings = [Int32](repeating: 0, count: lefts)
    }
    for i in 0..<lefts { spanAtLeft[i] = -1 }
    parentOf.removeAll(keepingCapacity: true)
    parentLeft.removeAll(keepingCapacity: true)
    for (local, span) in range.enumerated() {
      let left = sets.left[span]
      if left > 0 && left < lefts { spanAtLeft[Int(left)] = Int32(local) }
    }
    for span in range {
      let left = sets.left[span]
      let parent = sets.parent[span]
      let isConnected = left > 0 && left < lefts && parent >= -1 && parent < lefts
      parentLeft.append(isConnected ? Int32(parent) : 0)
      parentOf.append(isConnected && parent > 0 ? spanAtLeft[Int(parent)] : -1)
    }
  }

  /// Marks in `result` every span that is `relation` of some span marked in `marks`.
  mutating func relate(_ relation: StructuralRelation, _ marks: [Bool], _ result: inout [Bool]) {
    for i in 0..<count { result[i] = false }
    switch relation {
    case .child:
      for i in 0..<count where parentOf[i] >= 0 { result[i] = marks[Int(parentOf[i])] }
    case .parent:
      for i in 0..<count where marks[i] && parentOf[i] >= 0 { result[Int(parentOf[i])] = true }
    case .descendant:
      // Parents are numbered before their children.
      for left in 1..<max(1, count * 2 + 1) {
        let span = Int(spanAtLeft[left])
        guard span >= 0, parentOf[span] >= 0 else { continue }
        let parent = Int(parentOf[span])
        result[span] = marks[parent] || result[parent]
      }
    case .ancestor:
      for left in stride(from: count * 2, to: 0, by: -1) {
        let span = Int(spanAtLeft[left])
        guard span >= 0, parentOf[span] >= 0 else { continue }
        if marks[span] || result[span] { result[Int(parentOf[span])] = true }
      }
    case .sibling: relateSiblings(marks, &result)
    }
  }

  /// Siblings share a parent; every root is a sibling of every other root.
  private mutating func relateSiblings(_ marks: [Bool], _ result: inout [Bool]) {
    for i in 0..<(count * 2 + 1) { siblings[i] = 0 }
    // Roots have parent -1 and are counted in slot 0, which no span has as its parent.
    for i in 0..<count where marks[i] && parentLeft[i] != 0 {
      siblings[Int(max(0, parentLeft[i]))] += 1
    }
    for i in 0..<count where parentLeft[i] != 0 {
      let others = siblings[Int(max(0, parentLeft[i]))] - (marks[i] ? 1 : 0)
      result[i] = others > 0
    }
  }
}
