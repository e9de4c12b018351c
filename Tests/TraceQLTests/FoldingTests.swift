import Testing
import TraceQL

struct FoldingTests {
  @Test(arguments: [
    ("1 + 1 = .a", "2 = .a"), ("2 ^ 3 = .a", "8 = .a"), ("7 / 2 = .a", "3 = .a"),
    ("-7 / 2 = .a", "-3 = .a"), ("-7 % 3 = .a", "-1 = .a"), ("1 = 2", "false"),
    ("1 / 0 = .a", "(1 / 0) = .a"), ("1 % 0 = .a", "(1 % 0) = .a"),
    ("1s * 2 = .a", "2000000000.0 = .a"),
    ("1h / 2h = .a", "0.5 = .a"), ("-1s < .a", "-1s < .a"), ("--1 = .a", "1 = .a"),
    ("1.0 / 0 = .a", "(1.0 / 0) = .a"), ("1e308 * 10 = .a", "(1e+308 * 10) = .a"),
    (#""ab" =~ "a""#, "false"), (#""a" =~ "a""#, "true"), (#""ab" =~ "a.*""#, "`ab` =~ `a.*`"),
    (#""b" > "a""#, "true"), ("nil = nil", "false"), ("nil != nil", "false"), ("1 = nil", "false"),
    ("1 != nil", "true"), (#""nil" = nil"#, "false"), ("!true", "false"),
    ("true && !false", "true"),
    ("1s = 1000000000", "true"), ("9007199254740993 = 9007199254740992.0", "true"),
    ("9007199254740993 > 9007199254740992", "true"), ("ok = ok", "true"), ("ok != error", "true"),
    ("2 ^ -1 = .a", "0 = .a"), ("1.5 ^ 2 = .a", "2.25 = .a"), ("maxInt + 1 = .a", "minInt = .a"),
    ("-minInt = .a", "minInt = .a"), ("minInt / -1 = .a", "minInt = .a"),
    ("0 ^ -1 = .a", "(0 ^ -1) = .a"),
    ("2 ^ 70 = .a", "(2 ^ 70) = .a"), ("5.5 % 2 = .a", "1.5 = .a"),
    (".a + 1 + 1 = 2", "((.a + 1) + 1) = 2"),
    (#"trace:id = "00ab""#, "trace:id = `ab`"), (#""0ab" != trace:id"#, "`ab` != trace:id"),
    (#"trace:id =~ "00.*""#, "trace:id =~ `00.*`"), (#"span:id = "00ab""#, "span:id = `00ab`"),
  ])
  func filters(_ written: String, _ folded: String) {
    #expect(printed("{ \(written) }") == "{ \(folded) }")
  }

  @Test(arguments: [
    ("count() > (1 + 1) * 2", "(count()) > 4"), ("count() > 2 ^ 2", "(count()) > 4"),
    ("count() > 5 % 2", "(count()) > 1"),
    ("avg(duration) > 1s + 1s", "(avg(duration)) > 2000000000.0"),
    ("min(span:childCount) < 2 / 6", "(min(span:childCount)) < 0"),
    ("avg(duration) > -1s", "(avg(duration)) > -1s"),
    ("count() > minInt", "(count()) > minInt"),
  ])
  func scalarConstants(_ written: String, _ folded: String) {
    #expect(printed(written) == folded)
  }

  @Test func divisionByZeroInAScalarConstantIsAnError() {
    #expect(errorName("count() > 1 / 0") == "divisionByZero")
    #expect(errorName("count() > 1 % (2 - 2)") == "divisionByZero")
    #expect(errorName("({} | rate()) > 1 / 0") == "divisionByZero")
    #expect(errorName("({} | rate()) / 0") == "")
  }
}
