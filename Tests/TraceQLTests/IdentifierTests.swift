import Testing
import TraceQL

struct IdentifierTests {
  @Test(arguments: [
    ("resource.service.name", Field.attribute(Attribute(.resource, "service.name"))),
    (".x", .attribute(Attribute(.unscoped, "x"))), ("name", .intrinsic(.name)),
    ("span:status", .intrinsic(.status)), ("trace:rootService", .intrinsic(.rootServiceName)),
    ("span.\"foo bar\"", .attribute(Attribute(.span, "foo bar"))),
    ("parent.foo", .attribute(Attribute(.parent, "foo"))),
    ("event.x", .attribute(Attribute(.event, "x"))),
  ])
  func accepted(_ text: String, _ field: Field) {
    #expect(Field.parse(identifier: text) == .success(field))
  }

  @Test(arguments: [
    ("span.", "line 0, col 2: syntax error: unexpected END_ATTRIBUTE, expecting IDENTIFIER"),
    (
      "event:foo",
      "line 1, col 8: syntax error: unexpected IDENTIFIER, expecting name or timeSinceStart"
    ),
    ("resource.emoji 🚀 key", "line 1, col 17: syntax error: unexpected IDENTIFIER"),
    ("foo", "line 1, col 2: unknown identifier: foo"),
    ("resource", "line 1, col 2: unknown identifier: resource"),
    ("service.name", "line 1, col 2: unknown identifier: service"),
  ])
  func refused(_ text: String, _ reason: String) {
    let message = "failed to parse identifier \(text): parse error at \(reason)"
    #expect(Field.parse(identifier: text) == .failure(IdentifierError(message: message)))
  }

  @Test(arguments: ["1", "{", "name = \"x\"", "} | count() > 1 | {", "", "} with (a=1"])
  func notAField(_ text: String) {
    #expect(throws: IdentifierError.self) { try Field.parse(identifier: text).get() }
  }

  @Test func bareNamesWhereAskedFor() {
    let field = Field.attribute(Attribute(.unscoped, "service.name"))
    #expect(Field.parse(identifier: "service.name", dialect: .extended) == .success(field))
  }
}
