import Oracle
import Storage
import TestSupport
import Testing
import TraceQL

/// Traces cut into fragments: answers are those of the whole trace, as the oracle gives them.
@Suite struct WholeTraceTests {
  /// One trace of six spans, its root last.
  private static let whole = """
    trace t @id=ab
    resource service.name="db"
      D k=1 @id=a4 @parent=a2 @start=40ms @duration=10ms
      E k=2 @id=a5 @parent=a2 @start=30ms @duration=900ms @status=error
    resource service.name="api"
      B k=1 @id=a2 @parent=a1 @start=20ms @duration=10ms @kind=client
      C k=3 @id=a3 @parent=a1 @start=25ms @duration=10ms
      F k=3 @id=a6 @parent=a5 @start=50ms @duration=1ms
      A k=1 @id=a1 @start=10ms @duration=200ms @kind=server
    """

  private static let queries = [
    "{}", "{ name = \"A\" } >> { .k = 3 }", "{ status = error } < {}", "{ .k = 1 } ~ { .k = 3 }",
    "{} !< {}", "{} | count() = 6", "{} | by(.k) | count() > 1", "{ traceDuration > 900ms }",
    "{ rootName = \"A\" && rootServiceName = \"api\" }", "{ span:childCount = 2 }",
    "{ nestedSetParent = -1 }", "{ parent.name = \"B\" }", "{ parent = nil }",
    "{ parent.resource.service.name != resource.service.name }", "{} | max(duration) > 800ms",
    "({ .k = 1 } | count()) > ({ .k = 2 } | count())", "{ .k = 1 } && { .k = 2 }",
    "{} | by(resource.service.name) | sum(.k) > 3",
  ]

  private static func trace() throws -> StoredTrace {
    let lines = whole.split(separator: "\n").map(String.init)
    return try #require(try SpanNotation.traces(lines).first)
  }

  private func lines(_ query: String, _ blocks: [[StoredTrace]]) throws -> [String] {
    let parsed = try #require(Query.parse(query).query)
    return try MemoryStore(blocks: blocks).engineLines(parsed)
  }

  /// What the whole trace answers, by the oracle.
  private func expected(_ query: String) throws -> [String] {
    let parsed = try #require(Query.parse(query).query)
    return MemoryStore(blocks: [[try Self.trace()]]).oracleLines(parsed)
  }

  @Test(arguments: 2...7)
  func anyNumberOfFragments(_ count: Int) throws {
    let trace = try Self.trace()
    for seed in 0..<8 as Range<UInt64> {
      var cuts = RandomCuts(seed: seed)
      let blocks = cuts.blocks([trace], count: count, copies: 0)
      for query in Self.queries {
        #expect(try lines(query, blocks) == expected(query), "seed \(seed): \(query)")
      }
    }
  }

  /// Copies of two roots that have parents, and come first: no root is left to name the trace, in
  /// whatever order the blocks are read.
  @Test func rootsWhoseOtherCopiesHaveParents() throws {
    func trace(_ spans: String) throws -> StoredTrace {
      let lines = ["trace t @id=ab", "resource"] + spans.split(separator: "\n").map(String.init)
      return try #require(try SpanNotation.traces(lines).first)
    }
    let children = try trace("C @id=a1 @parent=a1 @start=5ms\n  D @id=a2 @parent=a1 @start=5ms")
    let roots = [try trace("  A @id=a1 @start=5ms"), try trace("  B @id=a2 @start=5ms")]
    let all = try #require(Query.parse("{}").query)
    for others in [roots, roots.reversed()] {
      let blocks = [[children]] + others.map { [$0] }
      let store = MemoryStore(blocks: blocks)
      #expect(try store.engineLines(all) == store.oracleLines(all))
      #expect(try lines("{ rootName = \"A\" || rootName = \"B\" }", blocks) == [])
    }
  }

  /// The spans that arrived first know no root; it comes with the last block, or the first.
  @Test func lateRoot() throws {
    let trace = try Self.trace()
    let early = trace.keeping { $0.label != "A" }
    let late = trace.keeping { $0.label == "A" }
    for blocks in [[[early], [late]], [[late], [early]]] {
      for query in Self.queries {
        #expect(try lines(query, blocks) == expected(query), "\(query)")
      }
    }
  }

  @Test func replicasWithDifferentSubsets() throws {
    let trace = try Self.trace()
    for seed in 0..<12 as Range<UInt64> {
      var cuts = RandomCuts(seed: seed)
      let blocks = cuts.blocks([trace], count: 3, copies: 50)
      for query in Self.queries {
        #expect(try lines(query, blocks) == expected(query), "seed \(seed): \(query)")
      }
    }
  }

  /// Every query says something: none is right because nothing is found.
  @Test func queriesFindTheTrace() throws {
    for query in Self.queries { #expect(try expected(query).count == 1, "\(query)") }
  }

  /// A span that a link calls a child is no root, in fragments neither (blocks.md 3.8).
  @Test func aLinkMayMakeASpanAChild() throws {
    let fragments = [
      "trace t @id=ab\n  A @id=a1 @start=1ms",
      """
      trace t @id=ab
        B @id=a2 @start=3ms
          -> @trace=ab @span=a1 opentracing.ref_type="child_of"
        C @id=a3 @start=2ms
      """,
    ]
    let blocks = try fragments.map {
      try SpanNotation.traces($0.split(separator: "\n").map(String.init))
    }
    let names = try lines("{ rootName = \"C\" }", blocks)
    #expect(names.count == 1, "B starts last, but is A's child")
  }
}
