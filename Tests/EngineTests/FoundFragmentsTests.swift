import BlockWriter
import Columns
import Engine
import Spans
import Storage
import TestSupport
import Testing
import TraceQL

/// Traces cut into blocks anyhow, of which a search finds fragments: what it lists is whole traces,
/// in the order of their true starts.
@Suite struct FoundFragmentsTests {
  private struct Span {
    var trace: UInt64
    var start: UInt64
    var isHit: Bool
    var block: Int
  }

  private static let blockCount = 5

  /// Every trace has spans here and there; the one that hits is seldom the one that starts first,
  /// so that traces rank lower once they are put together.
  private func spans(_ random: inout SplitMix) -> [Span] {
    (1...60).flatMap { trace in
      (0..<Int.random(in: 1...6, using: &random)).map { _ in
        let block = Int.random(in: 0..<Self.blockCount, using: &random)
        // Only the first block has spans before the middle.
        let earliest: UInt64 = block == 0 ? 0 : 200
        return Span(
          trace: UInt64(trace),
          start: Self.origin + UInt64.random(in: earliest..<400, using: &random) * 1_000,
          isHit: UInt8.random(in: 0..<3, using: &random) == 0, block: block)
      }
    }
  }

  private static let origin: UInt64 = 1_000_000_000
  private static let spanNanoseconds: UInt64 = 1_000
  private static let middle = origin + 200_000

  private func blocks(_ spans: [Span], _ cache: BoundedCache) -> [Block] {
    (0..<Self.blockCount).compactMap { block in
      var table = SpanTable()
      var none = AttributeTable()
      none.endOwner()
      let empty = table.strings.intern("")
      let resource = table.resource(none, droppedAttributes: 0)
      let scope = table.scope(name: empty, version: empty, none, droppedAttributes: 0)
      for (number, span) in spans.enumerated() where span.block == block {
        var fields = SpanTable.SpanFields()
        fields.traceID = TraceID(high: span.trace &* 0x9E37_79B9_7F4A_7C15, low: span.trace)
        fields.spanID = ShortID(bits: UInt64(number + 1) << 8, byteCount: 8)
        fields.name = table.strings.intern(span.isHit ? "hit" : "miss")
        (fields.resource, fields.scope) = (resource, scope)
        (fields.statusMessage, fields.traceState) = (empty, empty)
        (fields.start, fields.end) = (span.start, span.start + Self.spanNanoseconds)
        table.endSpan(fields)
      }
      let identity = BlockIdentity(
        blockID: "01234567-89ab-4def-8123-00000000000\(block)", tenant: "t")
      return DeferredBlock(table, identity, name: "block \(block)", cache: cache)?.block
    }
  }

  /// The traces with a hit that end no earlier, the newest first: number, true start, hits.
  private func expected(_ spans: [Span], from earliestEnd: UInt64) -> [[UInt64]] {
    Dictionary(grouping: spans, by: \.trace).compactMap { trace, spans -> [UInt64]? in
      let hits = spans.count { $0.isHit }
      let starts = spans.map(\.start)
      guard hits > 0, let start = starts.min(), let last = starts.max(),
        last + Self.spanNanoseconds >= earliestEnd
      else { return nil }
      return [trace, start, UInt64(hits)]
    }.sorted { $0[1] > $1[1] }
  }

  /// In a time range a fragment that hits may lie before it, and the rest of its trace inside.
  @Test(arguments: [1, 3, 10, 0], [0, middle])
  func tracesAreListedAsTheyAreWhole(_ limit: Int, _ earliestEnd: UInt64) async throws {
    let query = try #require(Query.parse("{ name = \"hit\" }").query)
    for seed in 0..<24 as Range<UInt64> {
      var random = SplitMix(seed: seed)
      let spans = spans(&random)
      let wanted = expected(spans, from: earliestEnd)
      var options = QueryOptions()
      options.limit = limit
      if earliestEnd > 0 { options.timeRange = earliestEnd...(2 * Self.origin) }
      options.threadCount = 2
      options.spansPerSpanSet = 3
      let blocks = blocks(spans, BoundedCache(capacityBytes: 1 << 20))
      let found = try await QueryEngine(blocks: blocks).search(query, options: options).traces
      let lines = found.map { trace in
        [
          UInt64(trace.traceID.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }),
          trace.startNanoseconds, UInt64(trace.spanSets.reduce(0) { $0 + $1.matched }),
        ]
      }
      let shown = limit == 0 ? wanted.count : limit
      #expect(lines.map { $0[1] } == wanted.prefix(shown).map { $0[1] }, "seed \(seed)")
      // Traces of one start are listed by their IDs, which say nothing here.
      #expect(lines.allSatisfy { wanted.contains($0) }, "seed \(seed)")
      #expect(Set(lines.map { $0[0] }).count == lines.count, "seed \(seed)")
    }
  }
}
