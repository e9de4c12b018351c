import Columns
package import Spans

/// The traces of a block whose time is up.
package struct TraceExpiry: Sendable {
  package var traces: SortedTraceIDs
  /// Traces of the block.
  package var traceCount: Int

  package var isWhole: Bool { traces.count == traceCount }

  /// Whether a block is worth being written anew without them.
  package func isEnough(percent: Int) -> Bool {
    !traces.isEmpty && traces.count * 100 >= traceCount * percent
  }
}

/// A set of trace IDs that takes sixteen bytes each.
package struct SortedTraceIDs: Sendable {
  private(set) var ids: [TraceID]

  /// IDs in any order, each once or more often.
  package init(_ ids: [TraceID]) {
    var sorted = ids
    if zip(ids, ids.dropFirst()).contains(where: { !($0 < $1) }) {
      sorted.sort()
      var kept = 0
      for id in sorted where kept == 0 || sorted[kept - 1] != id {
        sorted[kept] = id
        kept += 1
      }
      sorted.removeLast(sorted.count - kept)
    }
    self.ids = sorted
  }

  package var count: Int { ids.count }
  package var isEmpty: Bool { ids.isEmpty }

  /// Where an ID stands.
  func index(of id: TraceID) -> Int? {
    var (low, high) = (0, ids.count)
    while low < high {
      let middle = (low + high) / 2
      if ids[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low < ids.count && ids[low] == id ? low : nil
  }

  package func contains(_ id: TraceID) -> Bool { index(of: id) != nil }

  /// Those whose bit is set.
  func filtered(_ bits: Bitmap) -> SortedTraceIDs {
    var chosen: [TraceID] = []
    chosen.reserveCapacity(bits.populationCount)
    for i in bits.indices() { chosen.append(ids[Int(i)]) }
    return SortedTraceIDs(chosen)
  }
}
