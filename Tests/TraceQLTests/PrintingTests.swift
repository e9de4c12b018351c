import Testing
import TraceQL

struct PrintingTests {
  @Test(arguments: [
    ("{}", "{ true }"), ("{} | by(.a) | count() > 1", "{ true }|by(.a)|(count()) > 1"),
    ("{ .a = 1 && .b = 2 }", "{ (.a = 1) && (.b = 2) }"), ("{ !(.a = 1) }", "{ !(.a = 1) }"),
    ("{ .a = nil }", "{ .a = nil }"), ("{ (.a + 1) != nil }", "{ (.a + 1) != nil }"),
    ("{.a} >> {.b}", "({ .a }) >> ({ .b })"), ("count() + 1 > 2", "((count()) + 1) > 2"),
    ("({} | by(.a)) && ({})", "({ true }|by(.a)) && ({ true })"),
    ("{} | avg(duration + 1) > 1", "{ true }|(avg(duration + 1)) > 1"),
    ("{} | coalesce() | select(.a, name)", "{ true }|coalesce()|select(.a, name)"),
    (
      "{ span:name = \"x\" && trace:rootService = `y` }",
      "{ (name = `x`) && (rootServiceName = `y`) }"
    ),
    ("{ span:duration > trace:duration }", "{ duration > traceDuration }"),
    (
      "{ .a = 1000.0 || .a = 1e21 || .a = 1e-7 }",
      "{ ((.a = 1000.0) || (.a = 1e+21)) || (.a = 1e-07) }"
    ),
    ("{ duration > 60m && duration < 1500ms }", "{ (duration > 1h0m0s) && (duration < 1.5s) }"),
    (
      "{ .a = true && status = unset && kind = internal }",
      "{ ((.a = true) && (status = unset)) && (kind = internal) }"
    ),
    ("{} with (a=1, b=true)", "{ true } with(a=1,b=true)"),
    ("{} | rate() by (.a, .b)", "{ true } | rate()by(.a,.b)"),
    (
      "{} | quantile_over_time(duration, .5, 0.9)",
      "{ true } | quantile_over_time(duration,0.50000,0.90000)"
    ),
    (
      "{} | quantile_over_time(duration, 0.999999, 1)",
      "{ true } | quantile_over_time(duration,0.999999,1.00000)"
    ),
    ("{} | rate() > 5 | topk(3)", "{ true } | rate() > 5 | topk(3)"),
    ("{} | compare({status=error}, 5, 1, 2)", "{ true } | compare({ status = error }, 5, 1, 2)"),
    ("1 - (({} | rate()) / ({} | rate()))", "1 - (({ true } | rate()) / ({ true } | rate()))"),
    (
      "(({} | rate()) + ({} | rate()) > 1) * 2",
      "(({ true } | rate()) + ({ true } | rate()) > 1) * 2"
    ),
    ("({} | rate() | topk(3)) * 2", "({ true } | rate() | topk(3)) * 2"),
    ("({} | count()) > ({.b} | count())", "({ true }|count()) > ({ .b }|count())"),
    ("{} | (-1 * count()) > 1", "{ true }|(-(1 * (count()))) > 1"),
    ("{} | (-1) * count() > 1", "{ true }|((-1) * (count())) > 1"),
    ("{} | quantile(duration, 0.95)", "{ true }|quantile(duration, 0.95)"),
    ("{} | duration > 800ms", "{ true }|duration > 800ms"),
    ("{} | (name = `a` || .b) && -.c = 1", "{ true }|((name = `a`) || .b) && ((-.c) = 1)"),
    ("{} | by(.a, 1 + .n)", "{ true }|by(.a, 1 + .n)"),
  ])
  func canonicalText(_ written: String, _ expected: String) {
    #expect(printed(written) == expected)
  }

  /// Where Tempo's own form does not read back.
  @Test(arguments: [
    ("{ .a = \"back`quote\\\\\" }", "{ .a = \"back`quote\\\\\" }"),
    ("{ .a = \"\\r\\n`\" }", "{ .a = \"\\r\\n`\" }"),
    ("{ .a = minInt }", "{ .a = minInt }"), ("{ .\"\" = 1 }", "{ .\"\" = 1 }"),
    ("{ .\"3x\" = 1 }", "{ .\"3x\" = 1 }"),
    ("{ span.\"3x\" = 1 }", "{ span.3x = 1 }"),
    ("{ parent.\"span.x\" = 1 }", "{ parent.\"span.x\" = 1 }"),
    ("{ parent.span.x = 1 }", "{ parent.span.x = 1 }"),
    ("{ span.\"foo bar\" = 1 }", "{ span.\"foo bar\" = 1 }"),
    ("{ .\"a\\\"b\\\\c\" = 1 }", "{ .\"a\\\"b\\\\c\" = 1 }"),
    ("{ .a\"=\"b = 1 }", "{ .\"a=b\" = 1 }"),
    ("{ .\"a\u{A0}b\" = 1 }", "{ .\"a\u{A0}b\" = 1 }"),
    ("{ (-1) * .a = 1 }", "{ ((-1) * .a) = 1 }"),
    ("{ (-2.5) ^ .a = 1 }", "{ ((-2.5) ^ .a) = 1 }"), ("{ (-1s) + .a = 1 }", "{ (-1s + .a) = 1 }"),
    ("{ .a\\b = 1 }", "{ .a\\b = 1 }"),
  ])
  func whatTempoPrintsWrongly(_ written: String, _ expected: String) {
    #expect(printed(written) == expected)
  }

  @Test(arguments: [
    (0.0, "0.0"), (-0.0, "-0.0"), (1.0, "1.0"), (0.25, "0.25"), (42.0, "42.0"),
    (1e20, "100000000000000000000.0"),
    (1e21, "1e+21"), (1.5e300, "1.5e+300"), (0.0001, "0.0001"), (0.00001, "1e-05"),
    (1.25e-7, "1.25e-07"),
    (123456789.125, "123456789.125"), (0.1 + 0.2, "0.30000000000000004"),
    (Double.leastNonzeroMagnitude, "5e-324"),
    (-1234.5, "-1234.5"), (9007199254740993.0, "9007199254740992.0"), (0.012, "0.012"),
  ])
  func floats(_ value: Double, _ expected: String) {
    #expect(FloatText.format(value) == expected)
    #expect(Double(FloatText.format(value)) == value)
  }

  @Test func floatsReadBack() {
    var random = SeededRandom(seed: 3)
    for _ in 0..<2_000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      #expect(Double(FloatText.format(value))?.bitPattern == value.bitPattern)
    }
  }

  @Test func keysInResults() {
    #expect(
      Aggregate.average(FieldExpression(.field(.intrinsic(.duration)))).description
        == "avg(duration)")
    let sum = FieldExpression(
      .binary(
        .arithmetic(.add), FieldExpression(.literal(.int(1))),
        FieldExpression(.field(.attribute(Attribute(.span, "n"))))))
    #expect(Aggregate.maximum(sum).description == "max(1 + span.n)")
    #expect(Stage.groupBy([sum]).description == "by(1 + span.n)")
  }

  @Test func trees() throws {
    let query = try #require(
      valid("({ .a = 1 } | by(name)) >> { !.b } | max(duration) > 1s with (most_recent=true)"))
    #expect(
      TreePrinter.print(query) == """
        query
          spanset >>
            pipeline
              filter
                =
                  attribute .a
                  int 1
              by
                intrinsic name
            filter
              not
                attribute .b
          scalar filter >
            max
              intrinsic duration
            duration 1s
          hint most_recent = true
        """)
  }

  @Test func treesOfSeries() throws {
    let query = try #require(valid("({ } | rate() by (name) | topk(2)) / 2 > 1s"))
    #expect(
      TreePrinter.print(query) == """
        query
          stages
            series /
              series rate()
                filter
                  bool true
                by name
                topk(2)
              constant 2
            > 1s
        """)
  }
}
