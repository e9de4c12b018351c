package import Columns

/// The tree of the spans of each trace, built from span and parent IDs (blocks.md 3.9).
///
/// All arrays have one entry a span. Spans that no root reaches keep left = right = parent = 0.
package struct SpanTree: Sendable {
  package var left: [Int64]
  package var right: [Int64]
  /// The parent's `left`; -1 for roots.
  package var parent: [Int64]
  package var childCount: [Int64]
  /// Index of the parent span in the unit, or -1.
  package var parentSpan: [Int32]

  /// Identity of the spans of a unit as the builder needs it.
  package struct Identities {
    package var ids: [UInt64]
    package var parentIDs: [UInt64]
    package var isRoot: [Bool]
    package var kinds: [Int64]

    package init(ids: [UInt64], parentIDs: [UInt64], isRoot: [Bool], kinds: [Int64]) {
      self.ids = ids
      self.parentIDs = parentIDs
      self.isRoot = isRoot
      self.kinds = kinds
    }

    package init(_ unit: any SpanUnit) throws(StorageError) {
      guard case .text(let ids)? = try unit.column(.spanID),
        case .text(let parents)? = try unit.column(.parentSpanID),
        case .int64(let kinds)? = try unit.column(.kind)
      else { throw StorageError.damaged(file: "block", "lacks span IDs or kinds") }
      self.ids = ids.leadingBytes()
      parentIDs = parents.leadingBytes()
      isRoot = parents.codes.map { parents.table.range(of: Int($0)).isEmpty }
      self.kinds = kinds
    }
  }

  package static func build(_ unit: any SpanUnit) throws(StorageError) -> SpanTree {
    let identities = try Identities(unit)
    let layout = try unit.layout()
    let live = try unit.liveSpans()
    let starts = try unit.column(.spanStart)?.int64Values
    var tree = SpanTree(spanCount: layout.spanCount)
    for trace in 0..<layout.traceCount {
      var order = layout.spans(of: trace).map { Int32($0) }
      if let live, let starts {
        // Merged traces have no stored order of their own: spans count by (start, ID).
        order = order.filter { live[Int($0)] }
        order.sort {
          let a = Int($0)
          let b = Int($1)
          return (UInt64(bitPattern: starts[a]), identities.ids[a].byteSwapped, a)
            < (UInt64(bitPattern: starts[b]), identities.ids[b].byteSwapped, b)
        }
      }
      tree.number(order, identities)
    }
    return tree
  }

  /// The trees of traces whose spans are in stored order: trace `i` has the spans
  /// `spansOfTrace[i]..<spansOfTrace[i + 1]`.
  package static func build(spansOfTrace: [UInt32], _ identities: Identities) -> SpanTree {
    var tree = SpanTree(spanCount: identities.ids.count)
    for trace in 0..<spansOfTrace.count - 1 {
      let spans = Int32(spansOfTrace[trace])..<Int32(spansOfTrace[trace + 1])
      tree.number(Array(spans), identities)
    }
    return tree
  }

  private init(spanCount: Int) {
    left = [Int64](repeating: 0, count: spanCount)
    right = left
    parent = left
    childCount = left
    parentSpan = [Int32](repeating: -1, count: spanCount)
  }

  /// The tree of some of the spans, end to end: whole traces.
  func cut(to ranges: [Range<Int>]) -> SpanTree {
    var tree = SpanTree(spanCount: 0)
    for range in ranges {
      tree.left += left[range]
      tree.right += right[range]
      tree.parent += parent[range]
      tree.childCount += childCount[range]
      tree.parentSpan += parentSpan[range]
    }
    return tree
  }

  /// Numbers one trace, whose spans are `order`. No recursion and nothing but arrays: a trace may
  /// have millions of spans, each the child of the one before.
  private mutating func number(_ order: [Int32], _ identities: Identities) {
    guard let index = SpanIndex(order, identities) else { return }
    let hasRoot = order.contains { identities.isRoot[Int($0)] }
    var family = Family(count: order.count)
    // From the last to the first, as each is put in front of its siblings.
    for child in order.indices.reversed() where !identities.isRoot[Int(order[child])] {
      guard let owner = index.parent(of: Int(order[child]), identities) else { continue }
      parentSpan[Int(order[child])] = order[owner]
      guard hasRoot else { continue }
      family.add(child, to: owner)
      childCount[Int(order[owner])] += 1
    }
    var counter: Int64 = 1
    for root in order.indices where identities.isRoot[Int(order[root])] {
      number(from: root, order, family, &counter)
    }
  }

  /// Who is whose child in one trace, by position in its order; -1 is nobody.
  private struct Family {
    var firstChild: [Int32]
    var nextSibling: [Int32]
    var parent: [Int32]

    init(count: Int) {
      firstChild = [Int32](repeating: -1, count: count)
      nextSibling = firstChild
      parent = firstChild
    }

    mutating func add(_ child: Int, to owner: Int) {
      parent[child] = Int32(owner)
      nextSibling[child] = firstChild[owner]
      firstChild[owner] = Int32(child)
    }
  }

  /// Walks the tree below a root, depth first. Spans in a circle are below no root.
  private mutating func number(
    from root: Int, _ order: [Int32], _ family: Family, _ counter: inout Int64
  ) {
    var position = Int32(root)
    var isEntering = true
    while position >= 0 {
      let span = Int(order[Int(position)])
      let owner = family.parent[Int(position)]
      if isEntering {
        left[span] = counter
        parent[span] = owner < 0 ? -1 : left[Int(order[Int(owner)])]
        counter += 1
        if family.firstChild[Int(position)] >= 0 {
          position = family.firstChild[Int(position)]
          continue
        }
      }
      right[span] = counter
      counter += 1
      isEntering = family.nextSibling[Int(position)] >= 0
      position = isEntering ? family.nextSibling[Int(position)] : owner
    }
  }
}

/// The spans of one trace by their IDs.
private struct SpanIndex {
  /// IDs in ascending order, and where in the trace's order each span stands.
  private var entries: [(id: UInt64, position: Int32)]
  private let order: [Int32]

  /// nil if three spans share an ID: then nobody can say which is the parent of what.
  init?(_ order: [Int32], _ identities: SpanTree.Identities) {
    self.order = order
    entries = order.enumerated().map { (identities.ids[Int($1)], Int32($0)) }
    entries.sort { $0 < $1 }
    for i in entries.indices.dropFirst(2) where entries[i].id == entries[i - 2].id { return nil }
  }

  /// The position of the parent of a span: of a client and a server half sharing an ID, the one
  /// that fits.
  func parent(of span: Int, _ identities: SpanTree.Identities) -> Int? {
    let wanted = identities.parentIDs[span]
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].id < wanted { low = middle + 1 } else { high = middle }
    }
    guard low < entries.count, entries[low].id == wanted else { return nil }
    guard low + 1 < entries.count, entries[low + 1].id == wanted else {
      return Int(entries[low].position)
    }
    let client: Int64 = 3
    let server: Int64 = 2
    let kind = identities.kinds[span] == server ? client : server
    return [entries[low], entries[low + 1]].map { Int($0.position) }
      .first { identities.kinds[Int(order[$0])] == kind }
  }
}

extension TextColumn {
  /// The first 8 bytes of every value, little-endian, shorter ones padded with zeros at the end.
  package func leadingBytes() -> [UInt64] {
    table.bytes.withUnsafeBufferPointer { bytes in
      codes.map { code in
        let range = table.range(of: Int(code))
        var result: UInt64 = 0
        for (i, byte) in bytes[range].prefix(8).enumerated() { result |= UInt64(byte) << (8 * i) }
        return result
      }
    }
  }
}
