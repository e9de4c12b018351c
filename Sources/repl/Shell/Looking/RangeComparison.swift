package import Engine

/// The traces of two ranges of time compared: how many, how slow, how many with errors, and where.
package struct RangeComparison: Sendable {
  package struct Range: Sendable {
    package var traces: [TraceMatch]
    package var lengthNanoseconds: UInt64

    package init(traces: [TraceMatch], lengthNanoseconds: UInt64) {
      self.traces = traces
      self.lengthNanoseconds = lengthNanoseconds
    }
  }

  let first: Range
  let second: Range

  /// Kinds of traces listed.
  private static let kindsMax = 15

  package init(_ first: Range, _ second: Range) {
    self.first = first
    self.second = second
  }

  /// Numbers of both ranges, one measure a row.
  package func summary() -> Table {
    var table = Table(columns: [
      .init("Measure", key: "measure"), .init("A", key: "a", alignment: .right),
      .init("B", key: "b", alignment: .right), .init("Change", key: "change", alignment: .right),
    ])
    func count(_ name: String, _ measure: (Range) -> Double, _ show: (Double) -> Cell) {
      let (a, b) = (measure(first), measure(second))
      let change = ChangeText.numbers(a, b) { MetricsUnit.trimmed(MetricsUnit.plain($0)) }
      table.append(.init([.text(name), show(a), show(b), .text(change)]))
    }
    count("traces", { Double($0.traces.count) }, { .integer(Int64($0)) })
    count("traces per minute", \.perMinute, { .text(MetricsUnit.trimmed(MetricsUnit.plain($0))) })
    count("traces with errors", \.withErrors, { .integer(Int64($0)) })
    count("spans matched", \.spansMatched, { .integer(Int64($0)) })
    for (name, quantile) in [("duration p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1)] {
      let a = Self.quantile(first.traces, quantile)
      let b = Self.quantile(second.traces, quantile)
      table.append(
        .init([
          .text(name), a.map(Cell.duration) ?? .missing, b.map(Cell.duration) ?? .missing,
          .text(a.flatMap { a in b.map { ChangeText.durations(a, $0) } } ?? ""),
        ]))
    }
    return table
  }

  /// Kinds of traces, by service and name of the root: those whose number changed most first.
  package func kinds() -> Table {
    struct Kind: Hashable {
      var service: String
      var name: String
    }
    var table = Table(columns: [
      .init("Root service", key: "root_service", canShrink: true),
      .init("Root name", key: "root_name", canShrink: true),
      .init("A", key: "a", alignment: .right), .init("B", key: "b", alignment: .right),
      .init("Change", key: "change", alignment: .right),
      .init("p50 A", key: "a_p50_ns", alignment: .right, isOptional: true),
      .init("p50 B", key: "b_p50_ns", alignment: .right, isOptional: true),
    ])
    func grouped(_ traces: [TraceMatch]) -> [Kind: [TraceMatch]] {
      Dictionary(grouping: traces) { Kind(service: $0.rootServiceName, name: $0.rootTraceName) }
    }
    let (a, b) = (grouped(first.traces), grouped(second.traces))
    let kinds = Set(a.keys).union(b.keys).sorted { x, y in
      let (dx, dy) = (
        abs((a[x]?.count ?? 0) - (b[x]?.count ?? 0)), abs((a[y]?.count ?? 0) - (b[y]?.count ?? 0))
      )
      return dx != dy ? dx > dy : (x.service, x.name) < (y.service, y.name)
    }
    for kind in kinds.prefix(Self.kindsMax) {
      let (before, after) = (a[kind] ?? [], b[kind] ?? [])
      table.append(
        .init([
          .text(kind.service), .text(kind.name), .integer(Int64(before.count)),
          .integer(Int64(after.count)),
          .text(ChangeText.numbers(Double(before.count), Double(after.count))),
          Self.quantile(before, 0.5).map(Cell.duration) ?? .missing,
          Self.quantile(after, 0.5).map(Cell.duration) ?? .missing,
        ]))
    }
    return table
  }

  /// The smallest duration that at least that share of the traces does not exceed.
  private static func quantile(_ traces: [TraceMatch], _ share: Double) -> Int64? {
    guard !traces.isEmpty else { return nil }
    let sorted = traces.map(\.durationNanoseconds).sorted()
    let rank = Int((Double(sorted.count) * share).rounded(.up))
    return sorted[min(sorted.count - 1, max(0, rank - 1))]
  }
}

extension RangeComparison.Range {
  fileprivate var withErrors: Double { Double(traces.count(where: \.hasError)) }
  fileprivate var spansMatched: Double { Double(traces.reduce(0) { $0 + $1.matchedSpans }) }
  fileprivate var perMinute: Double {
    Double(traces.count) * 60e9 / Double(max(1, lengthNanoseconds))
  }
}

extension TraceMatch {
  fileprivate var hasError: Bool { serviceStatistics?.contains { $0.errorCount > 0 } ?? false }
  fileprivate var matchedSpans: Int { spanSets.reduce(0) { $0 + $1.matched } }
}
