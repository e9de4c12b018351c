import Testing
import TraceQL

struct LenientTests {
  @Test(arguments: [
    ("{ .foo =", "{ true }"), ("{ .foo = \"bar\" && name = }", "{ (.foo = `bar`) && true }"),
    ("{ name = \"x\" && (.a = || .b = 1) }", "{ (name = `x`) && (true || (.b = 1)) }"),
    ("{ .a = 1", "{ .a = 1 }"), ("{ .a", "{ .a }"), ("{", "{ true }"),
    ("{ .a = } >> { .b = 1 }", "({ true }) >> ({ .b = 1 })"),
    ("{ .a = 1 } >> { .b =", "({ .a = 1 }) >> ({ true })"),
    ("{ .a = } | count() > 1", "{ true }|(count()) > 1"),
    ("{ .a = 1 && foo = }", "{ (.a = 1) && true }"),
    ("{ .a = \"unterminated", "{ true }"), ("{ .a = 1 && !.b = }", "{ (.a = 1) && false }"),
    ("{ span:name =~ && .b }", "{ true && .b }"), ("{ resource.service.name = ", "{ true }"),
    ("{ span.\"a b\" != } && {", "({ true }) && ({ true })"), ("{ .a = 1 }", "{ .a = 1 }"),
    ("{ http.status = 500 && service.name =", "{ (.http.status = 500) && true }"),
  ])
  func repaired(_ written: String, _ meaning: String) {
    let parsed = LenientParser.parse(written)
    #expect(parsed.isValid)
    #expect(parsed.query?.description == meaning)
  }

  @Test(arguments: [
    "{ .foo = \"bar\" &&", "{ .a = 1 && }", "{ .a = 1 && = 2 }", "{ .a = 1 && \"x\" = }",
    "{ .a = 1 && .b + 1 = }", "{ span.", "{ .a = 1 } | count() >", "", "}", "{ .a = 1 } }",
  ])
  func notRepaired(_ written: String) {
    let parsed = LenientParser.parse(written)
    #expect(!parsed.isValid)
    #expect(parsed.diagnostics == Query.parse(written).diagnostics, "the original error stands")
  }

  @Test(arguments: [
    ("", "{}"), ("  ", "{}"), ("{}", "{}"), ("{ true }", "{}"), ("{ .a", "{ .a }"),
    ("nonsense", "{}"),
    ("{ name = 1 }", "{}"), ("{ .a = ", "{}"), ("{ .a=1 && .b = }", "{ (.a = 1) && true }"),
  ])
  func normalForm(_ written: String, _ expected: String) {
    #expect(LenientParser.normalForm(written) == expected)
  }
}
