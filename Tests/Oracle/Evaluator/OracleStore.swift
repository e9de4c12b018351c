package import TraceQL

/// Traces as several blocks hold them, and what a search over them answers.
package struct OracleStore {
  /// Whether a trace is judged whole, or each block's part of it alone.
  package enum Scope: Sendable { case whole, fragment }

  private let blocks: [[OracleTrace]]
  private let whole: [OracleTrace]

  package init(_ blocks: [[StoredTrace]]) {
    self.blocks = blocks.map { $0.map { OracleTrace($0) } }
    var parts: [[UInt8]: [StoredTrace]] = [:]
    var order: [[UInt8]] = []
    for trace in blocks.joined() {
      if parts[trace.id] == nil { order.append(trace.id) }
      parts[trace.id, default: []].append(trace)
    }
    whole = order.map { OracleTrace(merging: parts[$0] ?? []) }
  }

  /// What is judged: whole traces, or each block's part of one.
  func traces(_ scope: Scope) -> [OracleTrace] {
    switch scope {
    case .whole: whole
    case .fragment: Array(blocks.joined())
    }
  }

  /// Every match, newest first, ties by trace ID. Times in Unix nanoseconds.
  package func search(
    _ query: Query, _ scope: Scope, times: ClosedRange<Int64>? = nil
  ) -> [OracleMatch] {
    func overlaps(_ trace: OracleTrace) -> Bool {
      times.map { trace.start <= $0.upperBound && trace.end >= $0.lowerBound } ?? true
    }
    var matches: [OracleMatch]
    switch scope {
    case .whole:
      matches = whole.filter(overlaps).compactMap { OracleMatch(query, in: $0) }
    case .fragment:
      let found = blocks.joined().filter(overlaps).compactMap { OracleMatch(query, in: $0) }
      var merged: [[UInt8]: OracleMatch] = [:]
      for match in found { merged[match.id] = merged[match.id]?.merged(with: match) ?? match }
      matches = Array(merged.values)
    }
    matches.sort { a, b in
      a.start == b.start ? a.id.lexicographicallyPrecedes(b.id) : a.start > b.start
    }
    return matches
  }
}

extension OracleTrace {
  /// Parts of one trace from several blocks, put together: blocks.md 7.2.
  convenience init(merging parts: [StoredTrace]) {
    guard parts.count > 1 else {
      self.init(parts[0])
      return
    }
    struct Key: Hashable {
      var id: [UInt8]
      var kind: Int64
    }
    var seen: Set<Key> = []
    var spans: [OracleTrace.Span] = []
    for part in parts {
      let new = part.batches.flatMap(Span.all).filter { span in
        !seen.contains(Key(id: span.stored.id, kind: span.stored.kind))
      }
      // Duplicates within a part stay.
      seen.formUnion(new.map { Key(id: $0.stored.id, kind: $0.stored.kind) })
      spans += new
    }
    let sorted = spans.enumerated().sorted { a, b in
      let (x, y) = (a.element.stored, b.element.stored)
      return (x.start, HexID.digits(x.id), a.offset) < (y.start, HexID.digits(y.id), b.offset)
    }.map(\.element)
    // What all parts that name a root agree on; else the last root by start, ID and kind, which do
    // not depend on the order of the parts (blocks.md 3.8, 7.2).
    func agreed(_ names: [String]) -> String? {
      let known = Set(names.filter { !$0.isEmpty })
      return known.count > 1 ? nil : known.first ?? ""
    }
    let roots = parts.compactMap(\.root)
    let last = sorted.reversed().filter { $0.stored.isRoot(of: parts[0].id) }
      .max { $1.stored.isLaterRoot(than: $0.stored) }
    self.init(
      id: parts[0].id, spans: sorted,
      rootName: agreed(roots.map(\.span.name)) ?? last?.stored.name ?? "",
      rootService: agreed(roots.map(\.batch.serviceName))
        ?? last.map { Self.service($0.resource) } ?? "",
      times: (parts.map(\.start).min() ?? 0, parts.map(\.end).max() ?? 0))
  }
}

extension OracleMatch {
  /// Results of two fragments: traceql.md 8.4.
  fileprivate func merged(with other: OracleMatch) -> OracleMatch {
    var result = self
    if rootName.isEmpty { result.rootName = other.rootName }
    if rootService.isEmpty { result.rootService = other.rootService }
    result.start = min(start, other.start)
    result.duration = max(duration, other.duration)
    for service in other.statistics {
      if let at = statistics.firstIndex(where: { $0.service == service.service }) {
        let own = statistics[at]
        result.statistics[at] = (
          own.service, max(own.spans, service.spans), max(own.errors, service.errors)
        )
      } else {
        result.statistics.append(service)
      }
    }
    result.statistics.sort { $0.service < $1.service }
    for group in other.groups {
      if let at = result.groups.firstIndex(where: { $0.key == group.key }) {
        if group.spans.count > result.groups[at].spans.count { result.groups[at] = group }
      } else {
        result.groups.append(group)
      }
    }
    return result
  }
}
