import TestSupport
import Testing
import TraceQL

@testable import Engine

/// How trace IDs that stand in several rows are found, and when they need not be.
@Suite struct RepeatedTracesTests {
  private func key<Random: RandomNumberGenerator>(_ random: inout Random) -> TraceKey {
    TraceKey(high: random.next() >> 60, low: random.next() >> 58)
  }

  /// Sorted pages of several files, some without bounds, cut into ranges: every page is with every
  /// range that one of its IDs falls into, and every ID falls into one.
  @Test(arguments: [1, 2, 3, 8, 100]) func rangesHaveEveryPageOfTheirIDs(_ count: Int) {
    var random = SplitMix(seed: 7)
    var pages: [IDPage] = []
    var keys: [[TraceKey]] = []
    for source in 0..<5 {
      let sorted = (0..<200).map { _ in key(&random) }.sorted()
      for start in stride(from: 0, to: 200, by: 20) {
        let rows = start..<start + 20
        var page = IDPage(source: source, rowGroup: 0, rows: rows)
        if source > 0 { page.bounds = sorted[start]...sorted[start + 19] }
        pages.append(page)
        keys.append(Array(sorted[rows]))
      }
    }
    let ranges = IDRange.split(pages, into: count)
    #expect((1...count).contains(ranges.count))
    for (page, keys) in zip(pages, keys) {
      for key in keys {
        let holding = ranges.filter { $0.contains(key) }
        #expect(holding.count == 1)
        #expect(
          holding.first?.pages.contains { $0.source == page.source && $0.rows == page.rows } == true
        )
        #expect(page.mayHold(oneOf: [key]))
      }
    }
  }

  @Test func whatWasMetIsAlwaysKnown() {
    var random = SplitMix(seed: 9)
    for count in [1, 2, 51, 52, 1_000] {
      var tags = KeyTags(expecting: count, seed: TraceKey.HashSeed())
      var met: Set<UInt64> = []
      for _ in 0..<count {
        let low = UInt64.random(in: 0..<UInt64(count), using: &random)
        let isKnown = tags.insert(TraceKey(high: 5, low: low))
        #expect(isKnown || !met.contains(low))
        met.insert(low)
      }
    }
  }

  /// Fragments may be judged alone only where the whole trace adds nothing.
  @Test(arguments: [
    ("{}", true), ("{ .a = 1 && duration > 1s }", true), ("{ .a = 1 } || { name = \"x\" }", true),
    ("{ event.a = 1 && link:spanID != \"\" } | select(.b)", true), ("{ span:id = \"01\" }", true),
    ("{ .a = 1 } && { .b = 2 }", false), ("{ .a = 1 } >> { .b = 2 }", false),
    ("{ rootName = \"x\" }", false), ("{ traceDuration > 1s }", false),
    ("{ .a = 1 || rootServiceName = \"x\" }", false), ("{ span:childCount = 0 }", false),
    ("{ nestedSetParent = -1 }", false), ("{ parent = nil }", false), ("{ parent.a = 1 }", false),
    ("{ .a = 1 } | count() > 1", false), ("{ .a = 1 } | by(.b)", false),
    ("{ .a = 1 } | max(duration) > 1s", false),
  ])
  func onlySpansAreJudgedInFragments(_ query: String, _ isOfSpans: Bool) throws {
    let query = try #require(Query.parse(query).query)
    #expect(SearchPlan(query).findsFragmentsOfAllItFinds == isOfSpans)
  }
}
