import Columns
import Engine
import Storage
import TestSupport
import Testing
import TraceQL
import traceql

private func expectation(_ kind: CheckExpectation.Kind) -> CheckExpectation {
  CheckExpectation(kind, text: "it", line: 9)
}

struct ValueExpectationTests {
  private let result = MetricsFixture.result([
    MetricsFixture.series([("name", .string("a"))], 1, 2, .nan),
    MetricsFixture.series([("name", .string("b"))], 3, 4, 5),
  ])

  private func found(_ kind: CheckExpectation.Kind, in other: MetricsResult? = nil) -> String? {
    ExpectationJudge.judge(expectation(kind), of: .number, found: other ?? result)?.found
  }

  @Test func series() {
    #expect(found(.rows) == nil)
    #expect(found(.none) == "2 series came")
    #expect(found(.count(.compare(.equal, 2))) == nil)
    #expect(found(.count(.compare(.greater, 2))) == "there are 2 series")
    let empty = MetricsFixture.result([])
    #expect(found(.none, in: empty) == nil)
    #expect(found(.rows, in: empty) == "no series came")
  }

  @Test func everyValue() {
    #expect(found(.value(.every, .compare(.lessOrEqual, 5), orNone: false)) == nil)
    #expect(
      found(.value(.every, .compare(.less, 4), orNone: false))
        == "2 of 5 samples are not, in 1 of 2 series")
    #expect(found(.value(.every, .within(2, of: 3), orNone: false)) == nil)
    #expect(
      found(.value(.every, .within(1, of: 3), orNone: false))
        == "2 of 5 samples are not, in 2 of 2 series")
  }

  @Test func anyValue() {
    #expect(found(.value(.any, .compare(.greater, 4), orNone: false)) == nil)
    #expect(
      found(.value(.any, .compare(.greater, 5), orNone: false))
        == "none of 5 samples is: they lie between 1 and 5")
  }

  @Test func lastValue() {
    #expect(found(.value(.last, .compare(.greaterOrEqual, 2), orNone: false)) == nil)
    #expect(
      found(.value(.last, .compare(.notEqual, 2), orNone: false))
        == "the last sample of 1 of 2 series is not")
  }

  /// Nothing at all is no proof, unless the file says so.
  @Test func withoutSamples() {
    let empty = MetricsFixture.result([])
    for quantifier in CheckExpectation.Quantifier.allCases {
      let test = NumberTest.compare(.less, 1)
      #expect(
        found(.value(quantifier, test, orNone: false), in: empty) == "there are no samples")
      #expect(found(.value(quantifier, test, orNone: true), in: empty) == nil)
    }
  }

  @Test func theFirstWrongRowsAreShown() {
    let many = MetricsFixture.result([
      MetricsSeries(
        labels: [NamedValue(key: "name", value: .string("a"))],
        samples: (0..<9).map(Double.init))
    ])
    let failure = ExpectationJudge.judge(
      expectation(.value(.every, .compare(.less, 1), orNone: false)), of: .seconds, found: many)
    #expect(failure?.line == 9 && failure?.expected == "it")
    #expect(
      failure?.rows == [
        "a  2026-01-15 09:31:00.000  1.00 s", "a  2026-01-15 09:32:00.000  2.00 s",
        "a  2026-01-15 09:33:00.000  3.00 s", "a  2026-01-15 09:34:00.000  4.00 s",
        "a  2026-01-15 09:35:00.000  5.00 s", "and 3 more",
      ])
  }

  @Test(arguments: [
    (ComparisonOperator.equal, [false, true, false]), (.notEqual, [true, false, true]),
    (.less, [true, false, false]), (.lessOrEqual, [true, true, false]),
    (.greater, [false, false, true]), (.greaterOrEqual, [false, true, true]),
  ])
  func comparisons(_ comparison: ComparisonOperator, _ accepted: [Bool]) {
    #expect([1.0, 2, 3].map { NumberTest.compare(comparison, 2).accepts($0) } == accepted)
  }
}

struct SearchExpectationTests {
  private func result(_ query: String) async throws -> SearchResult {
    let catalog = try BlockCatalog.open(
      path: Fixture.smallBlocks(version: "vParquet4"), tenant: nil,
      cache: BoundedCache(capacityBytes: 1 << 20))
    let query = try #require(Query.parse(query).query)
    var options = QueryOptions()
    options.countsEveryMatch = true
    return try await QueryEngine(blocks: catalog.blocks).search(query, options: options)
  }

  @Test func traces() async throws {
    var some = try await result("{ status = error }")
    some.matchedTraceCount = 1_234
    func found(_ kind: CheckExpectation.Kind, _ result: SearchResult) -> String? {
      ExpectationJudge.judge(expectation(kind), found: result)?.found
    }
    #expect(found(.rows, some) == nil)
    #expect(found(.none, some) == "1,234 traces were found")
    #expect(found(.count(.compare(.greater, 1_000)), some) == nil)
    #expect(found(.count(.within(1, of: 1_000)), some) == "there are 1,234 traces")
    let spans = some.traces.flatMap(\.spanSets).reduce(0) { $0 + $1.matched }
    #expect(found(.spans(.compare(.equal, Double(spans))), some) == nil)
    #expect(
      found(.spans(.compare(.less, 1)), some)
        == "there are \(spans) spans in 1,234 traces")
    let rows = ExpectationJudge.judge(expectation(.none), found: some)?.rows
    #expect(rows?.count == 7 && rows?.last == "and 1,229 more")
    let none = try await result("{ name = \"there is no such name\" }")
    #expect(found(.none, none) == nil)
    #expect(found(.rows, none) == "no trace was found")
    #expect(found(.count(.compare(.equal, 0)), none) == nil)
  }
}

struct ShapeTests {
  /// Spans by name, each with the position of its parent.
  private func failure(
    _ lines: String, _ spans: [(name: String, parent: Int?)]
  ) throws -> String? {
    let text = "check x\n query { }\n expect trace\n" + lines
    let outcome = CheckParser.parse(
      text, path: "x", context: .init(nowNanoseconds: 0))
    #expect(outcome.faults.isEmpty, "\(outcome.faults)")
    guard case .trace(let shape)? = outcome.file.checks.first?.expectations.first?.kind else {
      return "no shape"
    }
    let all = spans.enumerated().map { index, span in
      WaterfallSpan(
        id: [UInt8(index + 1)], parentID: span.parent.map { [UInt8($0 + 1)] } ?? [],
        service: "", name: span.name, startNanoseconds: 0, durationNanoseconds: 1)
    }
    // Filters of these tests are `{ name = "…" }`.
    let matches = shape.allNodes.map { node in
      all.map { node.filter.description == "name = `\($0.name)`" }
    }
    return ShapeMatcher(shape, spans: all, matches: matches).failure()
  }

  private let trace: [(name: String, parent: Int?)] = [
    ("a", nil), ("b", 0), ("b", 0), ("c", 1), ("d", 3), ("lost", 90),
  ]

  @Test(arguments: [
    "  { name = \"a\" }\n   { name = \"b\" }\n    { name = \"c\" }",
    "  { name = \"b\" }\n   { name = \"c\" }", "  { name = \"lost\" }",
    "  { name = \"a\" }\n   { name = \"b\" }\n   { name = \"b\" }",
    "  { name = \"a\" }\n   .. { name = \"d\" }", "  { name = \"a\" }\n   no { name = \"d\" }",
    "  { name = \"c\" }\n  { name = \"a\" }", "  no { name = \"z\" }",
    "  { name = \"a\" }\n   { name = \"b\" }\n    no { name = \"c\" }\n   { name = \"b\" }",
  ])
  func found(_ lines: String) throws {
    #expect(try failure(lines, trace) == nil)
  }

  @Test(arguments: [
    ("  { name = \"z\" }", "there is no '{ name = \"z\" }' (line 4)"),
    ("  { name = \"a\" }\n   { name = \"d\" }", "below '{ name = \"a\" }' (line 4) there is no"),
    (
      "  { name = \"a\" }\n   { name = \"b\" }\n   { name = \"b\" }\n   { name = \"b\" }",
      "below '{ name = \"a\" }' (line 4) there are too few spans"
    ),
    (
      "  { name = \"a\" }\n   no .. { name = \"d\" }",
      "below '{ name = \"a\" }' (line 4) there is '.. { name = \"d\" }' (line 5)"
    ),
    ("  no { name = \"lost\" }", "there is '{ name = \"lost\" }' (line 4)"),
    (
      "  { name = \"a\" }\n   .. { name = \"lost\" }",
      "below '{ name = \"a\" }' (line 4) there is no"
    ),
  ])
  func missing(_ lines: String, _ start: String) throws {
    let found = try failure(lines, trace)
    #expect(found?.hasPrefix(start) ?? false, "\(found ?? "nothing")")
  }

  /// Spans that are their own ancestors end no walk.
  @Test func circles() throws {
    let circle: [(name: String, parent: Int?)] = [("a", 1), ("b", 0), ("a", 2)]
    #expect(try failure("  { name = \"a\" }\n   .. { name = \"b\" }", circle) == nil)
    #expect(try failure("  { name = \"b\" }\n   .. { name = \"z\" }", circle) != nil)
  }
}
