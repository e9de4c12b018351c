import Oracle
import TestSupport
import Testing

@testable import Engine

/// Durations as damaged blocks may hold them.
@Suite struct QuantileTests {
  @Test func longestDurationIsNoOverflow() throws {
    let lines = ["trace t @id=ab", "A @duration=9223372036854775807"]
    let unit = MemoryUnit(try SpanNotation.traces(lines), storing: .lists)
    let query = try UnitQuery("{} | quantile(duration, 0.5) > 1h")
    let match = try #require(try query.matches(unit).first)
    #expect(match.spanSets.first?.attributes.map(\.value) == [.duration(.max)])
  }
}
