/// The spans of a table by trace: traces in ascending order of their IDs, in each trace the spans by
/// (start, span ID), copies left out.
///
/// Spans are copies of each other if trace ID, span ID and kind are equal; the first to come stays
/// (blocks.md 7.2).
package struct TraceOrder: Sendable {
  /// Trace `i` has the spans `offsets[i]..<offsets[i + 1]` of `spans`.
  package private(set) var offsets: [UInt32] = [0]
  package private(set) var spans: [UInt32] = []
  /// Copies that were left out.
  package private(set) var duplicateCount = 0

  package var traceCount: Int { offsets.count - 1 }

  package init(_ table: SpanTable) {
    var order = Array(UInt32(0)..<UInt32(table.spanCount))
    let ids = table.traceIDs
    order.sort { a, b in
      let (x, y) = (ids[Int(a)], ids[Int(b)])
      return x == y ? a < b : x < y
    }
    spans.reserveCapacity(order.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, ids[Int(order[end])] == ids[Int(order[start])] { end += 1 }
      appendTrace(order[start..<end], table)
      start = end
    }
  }

  private mutating func appendTrace(_ members: ArraySlice<UInt32>, _ table: SpanTable) {
    var members = Array(members)
    if members.count > 1 {
      members.sort { a, b in
        let (x, y) = (Int(a), Int(b))
        if table.spanIDs[x] != table.spanIDs[y] {
          return table.spanIDs[x].bits < table.spanIDs[y].bits
        }
        return table.kinds[x] == table.kinds[y] ? a < b : table.kinds[x] < table.kinds[y]
      }
      dropCopies(&members, table)
      members.sort { a, b in
        let (x, y) = (Int(a), Int(b))
        if table.starts[x] != table.starts[y] { return table.starts[x] < table.starts[y] }
        let (p, q) = (table.spanIDs[x].bits, table.spanIDs[y].bits)
        return p == q ? a < b : p < q
      }
    }
    spans.append(contentsOf: members)
    offsets.append(UInt32(spans.count))
  }

  /// Copies stand side by side, the first to come in front.
  private mutating func dropCopies(_ members: inout [UInt32], _ table: SpanTable) {
    var kept = 1
    for i in 1..<members.count {
      let (a, b) = (Int(members[kept - 1]), Int(members[i]))
      if table.spanIDs[a] == table.spanIDs[b], table.kinds[a] == table.kinds[b] {
        duplicateCount += 1
      } else {
        members[kept] = members[i]
        kept += 1
      }
    }
    members.removeLast(members.count - kept)
  }
}
