import Testing
import TraceQL

/// Texts that Tempo's API was seen to answer.
struct TempoMessageTests {
  @Test(arguments: [
    ("{ } | rate() by ()", "col 18: syntax error: unexpected )"),
    ("{ } | coalesce", "col 15: syntax error: unexpected $end, expecting ("),
    ("{ .a = 1 } with (most_recent)", "col 29: syntax error: unexpected ), expecting ="),
    ("{ } | topk(3)", "col 7: syntax error: unexpected topk"),
    ("{ a = 1 }", "col 3: unknown identifier: a"),
    ("{ link:id = \"a\" }", "col 8: syntax error: unexpected id, expecting traceID or spanID"),
    ("{ span:foo = 1 }", "col 8: syntax error: unexpected IDENTIFIER"),
    ("}", "col 1: syntax error: unexpected }"),
    ("{ } | max(.a) > \"x\"", "col 17: syntax error: unexpected STRING"),
    ("{ } && ", "col 8: syntax error: unexpected $end, expecting { or ("),
    (
      "{ } | quantile_over_time(duration, \"a\")",
      "col 36: syntax error: unexpected STRING, expecting INTEGER or FLOAT"
    ),
    (
      "{ } | rate() by (name) | topk(a)",
      "col 31: syntax error: unexpected IDENTIFIER, expecting INTEGER"
    ), ("{ } | avg_over_time(\"a\")", "col 21: syntax error: unexpected STRING"),
    ("({ } | rate()) + ({ })", "col 22: syntax error: unexpected ), expecting |"),
    ("{ name = \"a\" } |", "col 17: syntax error: unexpected $end"),
    ("({ } | count()", "col 15: syntax error: unexpected $end"),
    (
      "({ kind = server }) >> ({ status = error } | count() > 3)",
      "col 44: syntax error: unexpected |"
    ),
    ("coalesce()", "col 1: syntax error: unexpected coalesce"),
    ("{ status = foo }", "col 12: unknown identifier: foo"),
    (
      "{ .a = 9999999999999999999999 }",
      "col 8: strconv.Atoi: parsing \"9999999999999999999999\": value out of range"
    ),
    ("{ } | rate() by (a, b, c)", "col 18: syntax error: unexpected IDENTIFIER"),
    ("foo", "col 1: syntax error: unexpected IDENTIFIER"),
    ("{ childCount > 2 }", "col 3: syntax error: unexpected childCount"),
    ("({ } | rate()) % 2", "col 16: syntax error: unexpected %, expecting with"),
    ("{", "col 2: syntax error: unexpected $end"),
    ("{ } >>> { }", "col 7: syntax error: unexpected >, expecting { or ("),
    ("{ .foo == 1 }", "col 9: syntax error: unexpected ="),
    ("{ } | select()", "col 14: syntax error: unexpected )"),
    ("{ }{ }", "col 4: syntax error: unexpected {, expecting with"),
    ("{ } | quantile_over_time(duration)", "col 34: syntax error: unexpected ), expecting ,"),
    (
      "{ event:foo = 1 }",
      "col 9: syntax error: unexpected IDENTIFIER, expecting name or timeSinceStart"
    ),
    ("{ } | histogram_over_time()", "col 27: syntax error: unexpected )"),
    ("{ duration > 1x }", "col 15: syntax error: unexpected IDENTIFIER"),
    ("{ nil > 1 }", "col 7: syntax error: unexpected >, expecting = or !="),
    ("{ name = }", "col 10: syntax error: unexpected }"),
    ("{ .a = 1 } with (", "col 18: syntax error: unexpected $end, expecting IDENTIFIER"),
    ("{ } | foo()", "col 7: syntax error: unexpected IDENTIFIER"),
    ("{ } | rate() | topk(-1)", "col 21: syntax error: unexpected -, expecting INTEGER"),
    ("{ } | compare()", "col 15: syntax error: unexpected ), expecting {"),
    ("{ } | count() = \"x\"", "col 17: syntax error: unexpected STRING"),
    ("{ } | rate() > \"a\"", "col 16: syntax error: unexpected STRING"),
    ("{ } | rate", "col 11: syntax error: unexpected $end, expecting ("),
    ("{ } | rate() by", "col 16: syntax error: unexpected $end, expecting ("),
    ("{ } | compare({ status = error }, 5, 10)", "col 40: syntax error: unexpected ), expecting ,"),
    ("{ } | rate() with (sample)", "col 26: syntax error: unexpected ), expecting ="),
  ])
  func parseErrors(_ query: String, _ text: String) {
    #expect(tempoError(query) == "parse error at line 1, \(text)")
  }

  @Test(arguments: [
    (
      "{ statusMessage = nil && kind = producer && duration > 20ms }",
      "statusMessage=nil is not valid because intrinsics cannot be nil"
    ),
    (
      "({ kind = client } | max(duration)) - ({ kind = server } | max(duration)) > 1ms",
      "scalar filter lhs of type (%v) not yet supported"
    ),
    ("{ name =~ 5 }", "binary operations must operate on the same type: name =~ 5"),
    ("{ name =~ \"a\" && name !~ \"(\" }", "invalid regex: `(`"),
    ("{ span.foo =~ true }", "illegal operation for the given types: span.foo =~ true"),
    ("{ duration = \"1s\" }", "binary operations must operate on the same type: duration = `1s`"),
    ("{ !1 }", "illegal operation for the given type: !1"),
    ("{ \"a\" }", "span filter field expressions must resolve to a boolean: { `a` }"),
    ("{ !name }", "illegal operation for the given type: !name"),
    (
      "{ } | sum(status) = 1",
      "aggregate field expressions must resolve to a number type: sum(status)"
    ),
    (
      "{ kind = client } | count() + count() > 44",
      "scalar filter lhs of type (%v) not yet supported"
    ), ("{ parent = nil }", "intrinsic (parent) not yet supported"),
    ("{ trace:id = 5 }", "binary operations must operate on the same type: trace:id = 5"),
    ("{ 1h }", "span filter field expressions must resolve to a boolean: { 1h0m0s }"),
    ("{ .a = -\"x\" }", "illegal operation for the given type: -`x`"),
    (
      "{ span:duration =~ \"a\" }",
      "binary operations must operate on the same type: duration =~ `a`"
    ),
    ("{ parent.foo = \"a\" }", "parent not yet supported"),
    ("{ } | select(parent.rpc.method)", "parent not yet supported"),
    ("{ } | rate() | topk(0)", "limit must be greater than 0"),
    (
      "{ } | compare({ status = error }, 0)",
      "compare() top number of values must be an integer between 1 and 1000"
    ),
    (
      "{ } | compare({ status = error } , 5, 20, 10)",
      "compare() end timestamp must be greater than start timestamp"
    ),
    ("{ } | rate() by (.a,.b,.c,.d,.e,.f)", "metrics group by 6 values not yet supported"),
    ("{ } | quantile_over_time(duration, 1.5)", "quantile must be between 0 and 1: 1.5"),
    (
      "{ } | compare({ status = error }) | topk(1)",
      "`compare()` cannot be used with second stage functions"
    ),
    (
      "{ duration + 1 }",
      "span filter field expressions must resolve to a boolean: { duration + 1 }"
    ),
  ])
  func validationErrors(_ query: String, _ text: String) {
    #expect(tempoError(query) == text)
  }

  @Test(arguments: [
    ("", "parse error : syntax error: unexpected $end"),
    (
      "{ span. = 1 }",
      "parse error at line 0, col 3: syntax error: unexpected END_ATTRIBUTE, expecting IDENTIFIER"
    ),
    ("{ }\n  | foo", "parse error at line 2, col 5: syntax error: unexpected IDENTIFIER"),
    ("{ service.name = 1 }", "parse error at line 1, col 3: unknown identifier: service"),
    (
      "{} | count() with (a=1)", "parse error at line 1, col 14: syntax error: unexpected with"
    ),
    ("{} | {} = {}", "parse error at line 1, col 9: syntax error: unexpected =, expecting with"),
  ])
  func places(_ query: String, _ text: String) {
    #expect(tempoError(query) == text)
  }

  @Test(arguments: [
    "{ } | rate()", "{ } | count_over_time() by (parent.foo)", "{ } | sum_over_time(status)",
    "{ } | quantile_over_time(name, .5)",
    "({ } | rate()) / 0", "1 - (({ } | rate()) / ({ } | rate()))", "({} | {}) && ({})",
  ])
  func accepted(_ query: String) {
    #expect(tempoError(query) == "")
  }
}
