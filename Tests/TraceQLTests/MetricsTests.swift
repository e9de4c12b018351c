import Testing
import TraceQL

struct MetricsTests {
  private func body(_ text: String) -> MetricsExpression? {
    guard case .metrics(let expression)? = valid(text)?.body else { return nil }
    return expression
  }

  @Test func oneSeries() {
    let all = Pipeline(stages: [.spanset(.filter(FieldExpression(.literal(.bool(true)))))])
    let expected = MetricsPipeline(
      pipeline: all, function: .quantileOverTime(.intrinsic(.duration), [0.5, 0.9]),
      groupBy: [.attribute(Attribute(.span, "a")), .intrinsic(.name)],
      secondStages: [.compare(.greater, .duration(1_000_000_000)), .top(3)])
    let text = "{} | quantile_over_time(duration, .5, .9) by (span.a, name) > 1s | topk(3)"
    #expect(body(text) == .series(expected))
  }

  @Test func stagesOfAWrappedSeriesAreItsOwn() {
    #expect(body("({} | rate()) > 5 | topk(2)") == body("{} | rate() > 5 | topk(2)"))
    guard case .staged(.binary, let stages)? = body("({} | rate()) * 2 > 5 < 10 | bottomk(2)")
    else {
      Issue.record("stages follow the whole expression")
      return
    }
    #expect(stages == [.compare(.greater, .int(5)), .compare(.less, .int(10)), .bottom(2)])
  }

  @Test func constantsFoldAsIntegers() {
    #expect(printed("({} | rate()) * (3 / 2)") == "({ true } | rate()) * 1")
    #expect(printed("({} | rate()) * (3 / 2.0)") == "({ true } | rate()) * 1.5")
    #expect(printed("{} | rate() > 2 * 0.25") == "{ true } | rate() > 0.5")
    #expect(printed("{} | rate() > -1s") == "{ true } | rate() > -1s")
  }

  @Test(arguments: [
    "{} | rate()", "{} | count_over_time() by (name)", "{} | min_over_time(.a)",
    "{} | max_over_time(duration)",
    "{} | sum_over_time(span.a) by (.b)", "{} | avg_over_time(event:timeSinceStart)",
    "{} | histogram_over_time(duration)",
    "{} | compare({ status = error })", "{} | compare({ .a = 1 }, 10)",
    "{} | by(.a) | count() > 2 | rate()",
    "(({} | rate() by (kind)) + ({} | rate() by (kind))) / 2 > 1",
    "({} | rate()) with (exemplars=true)",
    "{} | rate() by (.a,.b,.c,.d,.e,.f,.g)", "({} | rate() | topk(1)) - ({.a} | rate())",
    "{.a} && {.b} | rate()",
  ])
  func readBack(_ query: String) {
    #expect(!printed(query).isEmpty)
    #expect(body(query) != nil)
  }

  @Test(arguments: [
    ("{} | rate() | topk(0)", "limitNotPositive"), ("{} | compare({}, 0)", "compareTopOutOfRange"),
    ("{} | compare({}, 1001)", "compareTopOutOfRange"),
    ("{} | compare({}, 5, 0, 1)", "compareTimestamps"),
    ("{} | compare({}, 5, 2, 1)", "compareEndNotAfterStart"),
    ("{} | compare({}) > 1", "compareWithSecondStage"),
    ("({} | compare({})) * 2", "compareWithSecondStage"),
    ("{} | quantile_over_time(.a, 1.5)", "quantileOutOfRange"),
    ("({} | rate()) * 10s", "durationInMetricsArithmetic"),
    ("{} | rate() > 1s * 2", "durationInMetricsArithmetic"),
    ("({} | rate()) % 2", "metricsOperator"), ("{} | rate() by (parent)", "bareParent"),
    ("{} | rate() > name", "mismatchedOperands"),
  ])
  func refused(_ query: String, _ error: String) {
    #expect(errorName(query) == error)
  }

  @Test func hints() throws {
    let query = try #require(
      valid("{} with (a=1) with (most_recent=1, most_recent=true, x=2, x=0.5, s=\"t\", d=5s)"))
    #expect(query.hint("a", as: Int64.self) == nil, "the last group replaces the others")
    #expect(query.hint("most_recent", as: Bool.self) == true && query.wantsMostRecent)
    #expect(query.hint("x", as: Double.self) == 2)
    #expect(query.hint("x", as: Int64.self) == 2)
    #expect(query.hint("s", as: String.self) == "t")
    #expect(query.hintNanoseconds("d") == 5_000_000_000)
    #expect(query.hint("s", as: Bool.self) == nil)
    #expect(valid("{} with (most_recent=1)")?.wantsMostRecent == false)
  }
}
