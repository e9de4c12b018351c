/// The spans of a table by trace: traces in ascending order of their IDs, in each trace the spans
/// by (start, span ID), copies left out.
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
    // Spans of a trace mostly come together: whole runs are sorted.
    var runs = Self.runs(table.traceIDs)
    runs.sort { $0.traceID == $1.traceID ? $0.start < $1.start : $0.traceID < $1.traceID }
    spans.reserveCapacity(table.spanCount)
    let (spanIDs, kinds, starts) = (table.spanIDs, table.kinds, table.starts)
    var members: [Member] = []
    var next = 0
    while next < runs.count {
      let traceID = runs[next].traceID
      members.removeAll(keepingCapacity: true)
      while next < runs.count, runs[next].traceID == traceID {
        for span in runs[next].start..<runs[next].end {
          members.append(
            Member(
              spanID: spanIDs[Int(span)], kind: kinds[Int(span)], start: starts[Int(span)],
              span: span))
        }
        next += 1
      }
      appendTrace(&members)
    }
  }

  /// Spans that follow each other and are of one trace.
  private struct Run {
    var traceID: TraceID
    var start: UInt32
    var end: UInt32
  }

  private static func runs(_ ids: [TraceID]) -> [Run] {
    var runs: [Run] = []
    var start = 0
    while start < ids.count {
      var end = start + 1
      while end < ids.count, ids[end] == ids[start] { end += 1 }
      runs.append(Run(traceID: ids[start], start: UInt32(start), end: UInt32(end)))
      start = end
    }
    return runs
  }

  /// What decides where a span stands in its trace.
  private struct Member {
    var spanID: ShortID
    var kind: Int32
    var start: UInt64
    var span: UInt32

    func isCopy(of other: Member) -> Bool { spanID == other.spanID && kind == other.kind }
  }

  private mutating func appendTrace(_ members: inout [Member]) {
    if members.count > 1 {
      members.sort { a, b in
        if a.spanID.bits != b.spanID.bits { return a.spanID.bits < b.spanID.bits }
        return a.kind == b.kind ? a.span < b.span : a.kind < b.kind
      }
      dropCopies(&members)
      members.sort { a, b in
        if a.start != b.start { return a.start < b.start }
        return a.spanID.bits == b.spanID.bits ? a.span < b.span : a.spanID.bits < b.spanID.bits
      }
    }
    for member in members { spans.append(member.span) }
    offsets.append(UInt32(spans.count))
  }

  /// Copies stand side by side, the first to come in front.
  private mutating func dropCopies(_ members: inout [Member]) {
    var kept = 1
    for i in 1..<members.count {
      if members[i].isCopy(of: members[kept - 1]) {
        duplicateCount += 1
      } else {
        members[kept] = members[i]
        kept += 1
      }
    }
    members.removeLast(members.count - kept)
  }
}
