import Engine
import Oracle
import TestSupport
import Testing

/// Results of fragments that were evaluated alone, merged by trace ID (fragment scope).
@Suite struct FragmentTests {
  /// Two fragments of one trace: the later one holds the root and most spans.
  private static let fragments = [
    """
    trace t @id=ab
    resource service.name="db"
      X k=1 @parent=a000000000000001 @start=500ms @duration=100ms
      Y k=2 @parent=a000000000000001 @start=600ms @duration=900ms @status=error
    """,
    """
    trace t @id=ab
    resource service.name="api"
    A k=1 @id=a000000000000001 @start=0s @duration=200ms
      B k=1 @id=a000000000000002 @start=10ms @duration=10ms
    resource service.name="db"
      C k=3 @id=a000000000000003 @start=20ms @duration=10ms
    """,
  ]

  private func merged(_ query: String) throws -> [TraceMatch] {
    let units = try Self.fragments.map { text in
      let lines = text.split(separator: "\n").map(String.init)
      return MemoryUnit(try SpanNotation.traces(lines), storing: .lists)
    }
    return try UnitQuery(query).matches(fragments: units)
  }

  @Test func fieldsOfTheTrace() throws {
    let matches = try merged("{}")
    #expect(matches.count == 1, "one trace, whatever its fragments")
    let match = try #require(matches.first)
    #expect(match.rootTraceName == "A", "the first that is not empty")
    #expect(match.rootServiceName == "api")
    #expect(match.startNanoseconds == UInt64(SpanNotation.epoch), "the earlier start")
    #expect(match.durationNanoseconds == 1_000_000_000, "the longer of 1 s and 200 ms, not 1.5 s")
  }

  @Test func statisticsAreMaxima() throws {
    let match = try #require(try merged("{}").first)
    let counts = (match.serviceStatistics ?? []).map {
      "\($0.service) \($0.spanCount) \($0.errorCount)"
    }
    #expect(counts == ["api 2 0", "db 2 1"], "2 of db in one fragment, 1 in the other")
  }

  @Test func oneSpanSetIsTheLargerOne() throws {
    let match = try #require(try merged("{}").first)
    #expect(match.spanSets.map(\.matched) == [3], "wholesale: no span of the smaller one")
  }

  @Test func groupsAreMergedByTheirKeys() throws {
    let match = try #require(try merged("{} | by(.k) | count() > 0").first)
    let sets = match.spanSets.map { set in
      "\(set.attributes.map { AnswerText.text($0.value) }.joined(separator: " ")): \(set.matched)"
    }
    #expect(sets.sorted() == ["1 2: 2", "2 1: 1", "3 1: 1"])
  }

  @Test func countsSeeOneFragment() throws {
    #expect(try merged("{} | count() > 3").isEmpty)
    #expect(try merged("{ .k = 2 } < {} || {} > { .k = 2 }").isEmpty, "its parent is elsewhere")
  }
}
