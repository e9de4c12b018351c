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

  private func total(_ found: [MetricsSeries], _ key: String, _ kind: String) -> [Double]? {
    found.first {
      $0.labels.map(\.value) == [.string(kind), .string("nil")] && $0.labels[1].key == key
    }?
    .samples
  }

  /// What was known of the tests of the filter in front was taken for those of `compare`'s.
  @Test func comparedSidesAreThoseOfTheirOwnFilter() throws {
    let spans = """
      A k=1 i="x"
      B k=1 i="y"
      C k=2 i="x"
      """
    for outer in [
      "{ span.k = 1 }", "{ span.k = 1 || span.k = 1 }", "{ span.k >= 0 } | count() > 0",
    ] {
      let found = try series("\(outer) | compare({ span.i = `x` || span.i = \"z\" })", spans)
      let names = found.filter { $0.labels[0].value == .string("selection") }
        .compactMap { $0.labels[1].key == "name" ? $0.labels[1].value : nil }
      #expect(names == (outer.contains("count") ? [.string("A"), .string("C")] : [.string("A")]))
    }
  }

  /// traceql-metrics.md 9: for every attribute that a span carries, once.
  @Test func comparisonsCountASpanOnceForAnAttribute() throws {
    let spans = """
      resource service.name=12
      A k="x" k="y"
        * e n="a"
        * f n="b"
      """
    let found = try series("{} | compare({ false })", spans)
    for key in ["resource.service.name", "span.k", "event.n", "event:name"] {
      #expect(total(found, key, "baseline_total") == [1], "\(key)")
    }
    let values = found.filter { $0.labels[0].value == .string("baseline") }.map { $0.labels[1] }
    #expect(values.contains(NamedValue(key: "resource.service.name", value: .string(""))))
    #expect(values.contains(NamedValue(key: "span.k", value: .string("nil"))), "an array")
    #expect(values.contains(NamedValue(key: "event.n", value: .string("a"))), "the first event")
  }

  /// metrics-generator.md 8: the first member of that name.
  @Test func onlyTheFirstTraceStateCounts() throws {
    let spans = """
      A @state="ot=th:8"
      B @state="ot=rv:80000000000000,ot=th:8"
      C @state="a=b,ot=p:1;th:c"
      """
    let found = try series("{} | count_over_time() with (extrapolate=true)", spans)
    #expect(found.map(\.samples) == [[2 + 1 + 4]])
  }

  /// traceql-metrics.md 12: what stands on both sides is computed once.
  @Test func exemplarsOfOneFunctionAreNotGivenTwice() throws {
    let found = try series("({} | rate()) + ({} | rate())", "A\nB")
    #expect(found.first?.exemplars.count == 1, "one for a trace")
  }
}
