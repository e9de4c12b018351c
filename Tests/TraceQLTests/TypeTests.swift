import Testing
import TraceQL

/// The operand matrix of the specification.
struct TypeTests {
  @Test(arguments: [
    "1s = 1000000000", "duration = 2.5", "status = error", "kind != server", ".a = ok", ".a = 1s",
    #"name >= "a""#, #".a =~ "x.*""#, #""ab" =~ "a.*""#, "duration - 1s > .x * 2", ".a && true",
    ".a || .b", ".a", "!.a", "nil = nil", "name != nil", "event:name != nil", "parent = nil",
    "instrumentation:name", "instrumentation:name = 1", "-.a = 1", ".service.name = nil",
    "span.service.name = nil", "parent.duration - duration > 250ms", "1 = nil", #""x" = nil"#,
    ".a < 1 && .b", "span:childCount / 2 = 1", ".a ^ 2 = 4", "!(.a = 1)",
  ])
  func accepted(_ expression: String) {
    #expect(errorName("{ \(expression) }") == "")
  }

  @Test(arguments: [
    #"1 = "foo""#, #"nestedSetLeft = "x""#, "name = 1", "event:name = 1", "ok = 1", "status = 2",
    "status = server", "1 != true", "(.a = 1) = 2", #"traceDuration > "x""#, "name =~ 1",
    #"1 + "x" = 1"#, #"1 && "x""#, "true || 1.1", #"duration = "1s""#,
  ])
  func differentTypes(_ expression: String) {
    #expect(errorName("{ \(expression) }") == "operandTypes")
  }

  @Test(arguments: [
    "status > ok", "true > false", ".a < true", "kind <= server", ".a =~ 1", "1 =~ 2",
    #".a + "x" = 1"#, ".a && 1", ".a && name", ".a - true = 1", "ok + error = ok", ".a =~ ok",
    "true =~ true",
  ])
  func operatorsThatDoNotApply(_ expression: String) {
    #expect(errorName("{ \(expression) }") == "illegalOperands")
  }

  @Test(arguments: [
    #"-name = "x""#, "-true", "-ok = status", "!1", #"!name = "x""#, "!1h = 1", "!(.a + 1)",
  ])
  func prefixOperators(_ expression: String) {
    #expect(errorName("{ \(expression) }") == "illegalOperand")
  }

  @Test(arguments: ["status", "1", #""x""#, "duration", "1 + .a", "ok", "span:id", "-.a + 1"])
  func filtersAreTrueOrFalse(_ expression: String) {
    #expect(errorName("{ \(expression) }") == "notBoolean")
    #expect(errorName("{} | compare({ \(expression) })") == "notBoolean")
  }

  @Test(arguments: [
    "name", "duration", "trace:id", "event:name", "link:traceID", "instrumentation:name",
    "span:childCount", "resource.service.name",
  ])
  func neverNil(_ field: String) {
    #expect(errorName("{ \(field) = nil }") == "nilIntrinsic")
    #expect(errorName("{ nil = \(field) }") == "nilIntrinsic")
    #expect(errorName("{ \(field) != nil }") == "")
  }

  @Test(arguments: [
    "{ parent }", "{ parent = 1 }", "{ parent && .a }", "by(parent)", "select(parent)",
    "{} | rate() by(parent)", "{ -parent = 1 }", "{ (parent = nil) && parent != 1 }",
  ])
  func parentIsOnlyComparedWithNil(_ query: String) {
    #expect(errorName(query) == "bareParent")
  }

  @Test(arguments: [
    ("avg(name) > 1", "aggregateNotNumeric"), ("max(status) > 1", "aggregateNotNumeric"),
    ("avg(.a = 1) > 1", "aggregateNotNumeric"), ("sum(3) = 2", "aggregateWithoutField"),
    ("max(1h + 2h) > 1", "aggregateWithoutField"), ("by(1)", "groupWithoutField"),
    (#"by("x")"#, "groupWithoutField"), ("by(.a, 1)", "groupWithoutField"),
    ("quantile(name, 0.5) > 1", "aggregateNotNumeric"),
    ("quantile(.a, 2) > 1", "quantileOutOfRange"),
    ("{} | count() > avg(name)", "aggregateNotNumeric"),
    ("({} | avg(name)) > 1", "aggregateNotNumeric"),
  ])
  func stages(_ query: String, _ error: String) {
    #expect(errorName(query) == error)
  }

  @Test func partsAreReportedBeforeTheWhole() {
    let names = Query.parse(#"{ (name = 1) && -ok = 2 && status }"#).diagnostics.map(\.code.name)
    #expect(names == ["operandTypes", "illegalOperand"])
    #expect(tempoError("{ 1 } && { name = 1 }").hasSuffix("{ 1 }"))
    #expect(tempoError("{ .a =~ \"[\" } | avg(name) > 1") == "invalid regex: `[`")
  }
}
