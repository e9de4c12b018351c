import Engine
import Oracle
import Storage
import Testing
import TraceQL

/// Faults that random metrics queries found, engine against oracle (Tests/Oracle).
@Suite struct OracleMetricsTests {
  private func series(_ query: String, _ lines: String) throws -> [MetricsSeries] {
    let parsed = try #require(Query.parse(query).query)
    let traces = try SpanNotation.traces(lines.split(separator: "\n").map(String.init))
    let start = UInt64(SpanNotation.epoch) - 5
    let window = MetricsWindow(start: start, end: start + 10, step: 10)
    return try UnitSeries(parsed, window: window)
      .series([MemoryUnit(traces, storing: .columns)])
  }

  /// traceql.md 3.4: no string reads as "".
  @Test func serviceNamesThatAreNoStringsAreOneGroup() throws {
    let spans = """
      resource service.name=12
      A
      resource service.name=["a","b"]
      B
      resource
      C
      """
    let found = try series("{} | count_over_time() by(resource.service.name)", spans)
    #expect(found.map(\.samples) == [[3]])
    #expect(found.first?.labels.map(\.value) == [.string("")])
  }

  /// traceql-metrics.md 3.2: an unscoped argument is looked for in every scope, span first.
  @Test func unscopedArgumentsAreFoundInEveryScope() throws {
    let spans = """
      scope lib k=7
      A k=1
        * e k=100
      B
        * e
        * f k=2
      C
        -> k=3
      D
      E k="text"
        * e k=1000
      """
    #expect(try series("{} | sum_over_time(.k)", spans).map(\.samples) == [[13]], "1 + 2 + 3 + 7")
    #expect(try series("{} | max_over_time(.k)", spans).map(\.samples) == [[7]])
  }
}
