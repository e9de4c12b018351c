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

  /// Numbers one trace, whose spans are `order`.
  private mutating func number(_ order: [Int32], _ identities: Identities) {
    let sorted = order.enumerated().sorted {
      (identities.ids[Int($0.element)], $0.offset) < (identities.ids[Int($1.element)], $1.offset)
    }.map(\.element)
    for i in sorted.indices.dropFirst(2)
    where identities.ids[Int(sorted[i])] == identities.ids[Int(sorted[i - 2])] { return }
    let roots = order.filter { identities.isRoot[Int($0)] }
    var children: [Int32: [Int32]] = [:]
    for span in order where !identities.isRoot[Int(span)] {
      guard let owner = Self.parent(of: Int(span), sorted, identities) else { continue }
      parentSpan[Int(span)] = owner
      if !roots.isEmpty {
        children[owner, default: []].append(span)
        childCount[Int(owner)] += 1
      }
    }
    var counter: Int64 = 1
    // Depth first without recursion: a trace may be deeper than the stack.
    var stack: [(span: Int32, next: Int)] = []
    for root in roots {
      enter(root, parent: -1, &counter)
      stack.append((root, 0))
      while let top = stack.last {
        if let below = children[top.span], top.next < below.count {
          stack[stack.count - 1].next += 1
          let child = below[top.next]
          enter(child, parent: left[Int(top.span)], &counter)
          stack.append((child, 0))
        } else {
          right[Int(top.span)] = counter
          counter += 1
          stack.removeLast()
        }
      }
    }
  }

  private mutating func enter(_ span: Int32, parent owner: Int64, _ counter: inout Int64) {
    left[Int(span)] = counter
    parent[Int(span)] = owner
    counter += 1
  }

  /// The parent of a span: of a client and a server half sharing an ID, the one that fits.
  private static func parent(
    of span: Int, _ sorted: [Int32], _ identities: Identities
  ) -> Int32? {
    let wanted = identities.parentIDs[span]
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if identities.ids[Int(sorted[middle])] < wanted { low = middle + 1 } else { high = middle }
    }
    guard low < sorted.count, identities.ids[Int(sorted[low])] == wanted else { return nil }
    guard low + 1 < sorted.count, identities.ids[Int(sorted[low + 1])] == wanted else {
      return sorted[low]
    }
    let client: Int64 = 3
    let server: Int64 = 2
    let kind = identities.kinds[span] == server ? client : server
    return [sorted[low], sorted[low + 1]].first { identities.kinds[Int($0)] == kind }
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
