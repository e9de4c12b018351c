import Testing
import TraceQL

struct ConditionGroupTests {
  private func groups(_ text: String, for tag: Field? = nil) throws -> [[String]]? {
    try LenientParser.conditionGroups(text, for: tag)?.groups.map { $0.map(\.description) }
  }

  @Test(arguments: [
    ("{ .a = 1 }", [[".a = 1"]]), ("{ .a = 1 && .b = 2 }", [[".a = 1", ".b = 2"]]),
    ("{ .a = 1 || .b = 2 }", [[".a = 1"], [".b = 2"]]),
    ("{ .a = 1 && (.b = 2 || .c = 3) }", [[".a = 1", ".b = 2"], [".a = 1", ".c = 3"]]),
    (
      "{ .a = 1 || (.b = 2 && (.c = 3 || .d = 4)) }",
      [[".a = 1"], [".b = 2", ".c = 3"], [".b = 2", ".d = 4"]]
    ),
    ("{ .a = \"x\" && .b = }", [[".a = `x`"]]), ("{ 1 < .a }", [[".a > 1"]]),
    ("{ 1 = .a }", [[".a = 1"]]),
    ("{ .a = nil && .b != nil }", [[".a = nil", ".b != nil"]]), ("{ .a = 1 && .b }", [[".a = 1"]]),
    ("{ .a = 1 && !(.b = 2) }", [[".a = 1"]]),
    ("{ .a = 1 && .b = .c && .d + 1 = 2 }", [[".a = 1"]]),
    ("{ .a = 1 || .a = 1 }", [[".a = 1"]]), ("{ .a = 1 && .a = 1 }", [[".a = 1"]]),
    ("{ .a = 1 } | count() > 1", [[".a = 1"]]), ("({ .a = 1 } | by(.b))", [[".a = 1"]]),
    ("{ (.a = 1 || true) && .b = 2 }", [[".b = 2"]]), ("{ name =~ \"a.*\" }", [["name =~ `a.*`"]]),
    ("{ .a = 1 + 1 }", [[".a = 2"]]),
  ])
  func conditions(_ text: String, _ expected: [[String]]) throws {
    #expect(try groups(text) == expected)
  }

  @Test(arguments: [
    "", "{}", "{ true }", "nonsense", "{ name = 1 }", "{ .a = \"x\" || .b = }", "{ .a }",
    "{ !(.a = 1) }",
    "{ .a = 1 } >> { .b = 2 }", "count() > 1", "{ .a = 1 || true }", "{} | rate()", "{ .a = 1 && }",
  ])
  func noFilter(_ text: String) throws {
    #expect(try groups(text) == nil)
  }

  @Test func limits() throws {
    func alternatives(_ count: Int) -> String {
      "{ " + (0..<count).map { ".a = \($0)" }.joined(separator: " || ") + " }"
    }
    let unscoped = Field.attribute(Attribute(.unscoped, "x"))
    let scoped = Field.attribute(Attribute(.span, "x"))
    #expect(try groups(alternatives(100))?.count == 100)
    #expect(try groups(alternatives(100), for: scoped)?.count == 100)
    #expect(try groups(alternatives(50), for: unscoped)?.count == 50)
    #expect(throws: ConditionGroupError.tooManyGroups(limit: 100)) { try groups(alternatives(101)) }
    #expect(throws: ConditionGroupError.tooManyGroups(limit: 100)) {
      try groups(alternatives(51), for: unscoped)
    }
    #expect(
      ConditionGroupError.tooManyGroups(limit: 100).message
        == "maximum condition groups reached (limit: 100). "
        + "Reduce the number of OR conditions in the query")
  }

  /// Two to the thirtieth groups, were they all written out.
  @Test func explosionsAreRefused() {
    let factors = (0..<30).map { "(.a\($0) = 1 || .b\($0) = 1)" }.joined(separator: " && ")
    #expect(throws: ConditionGroupError.tooManyGroups(limit: 100)) { try groups("{ \(factors) }") }
  }

  @Test func asOneExpression() throws {
    let groups = try LenientParser.conditionGroups("{ .a = 1 && (.b = 2 || .c = 3) }")
    #expect(groups?.expression.description == "((.a = 1) && (.b = 2)) || ((.a = 1) && (.c = 3))")
  }
}
