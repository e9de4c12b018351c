import Testing
import TraceQL

/// What goes beyond plain Tempo: how it reads, and the note it carries.
struct ExtensionTests {
  private func notes(_ query: String) -> [String] {
    Query.parse(query).diagnostics.map { $0.text(in: query) }
  }

  @Test(arguments: [
    ("{ service.name = \"cart\" }", "{ .service.name = `cart` }"),
    ("{ http.status_code = 500 }", "{ .http.status_code = 500 }"),
    (
      "{ error.type = `x` && server.address = `y` }",
      "{ (.error.type = `x`) && (.server.address = `y`) }"
    ),
    ("{ name.first = 1 }", "{ .name.first = 1 }"),
    ("{} | by(service.name)", "{ true }|by(.service.name)"),
    ("{} | rate() by (service.name)", "{ true } | rate()by(.service.name)"),
    ("{ http.a>1 }", "{ .http.a > 1 }"),
  ])
  func bareNames(_ query: String, _ meaning: String) {
    #expect(printed(query) == meaning)
    #expect(notes(query).allSatisfy { $0.hasPrefix("in plain Tempo: '.") } && !notes(query).isEmpty)
    #expect(errorName(query, dialect: .tempo) == "languageExtension")
  }

  @Test func numbersAtTheEnd() throws {
    let query = try #require(valid("{ .a } | avg(duration)"))
    let average = Aggregate.average(FieldExpression(.field(.intrinsic(.duration))))
    guard case .pipeline(let pipeline) = query.body else { return }
    #expect(pipeline.stages.last == .scalar(.aggregate(average)))
    #expect(printed("count()") == "count()")
    #expect(
      printed("{} | max(duration) - min(duration)") == "{ true }|(max(duration)) - (min(duration))")
    #expect(printed("{ .a } | ({ .b } | count())") == "{ .a }|{ .b }|count()")
    #expect(errorName("{} | count() | {}") == "scalarNotLast")
    #expect(errorName("{} | 3") == "noAggregate")
  }

  @Test func quantiles() {
    #expect(
      printed("{} | quantile(duration, 0.95) > 1s") == "{ true }|(quantile(duration, 0.95)) > 1s")
    #expect(printed("{} | quantile(.a + 1, 1)") == "{ true }|quantile(.a + 1, 1.0)")
    #expect(errorName("{} | quantile(duration) > 1") == "unexpected")
    #expect(errorName("{} | quantile(duration, -1) > 1") == "unexpected")
    #expect(errorName("{ quantile = 1 }") == "unknownIdentifier")
  }

  @Test(arguments: [
    (
      "{ .a } | duration > 800ms", "{ .a }|duration > 800ms",
      "in plain Tempo: '{ duration > 800ms }'"
    ),
    ("duration > 1s", "duration > 1s", "in plain Tempo: '{ duration > 1s }'"),
    ("{} | !.a", "{ true }|!.a", "in plain Tempo: '{ !.a }'"),
    ("{} | (.a = 1 || name = `x`) && .b", "{ true }|((.a = 1) || (name = `x`)) && .b", ""),
    ("{} | 1s < duration | count() > 2", "{ true }|1s < duration|(count()) > 2", ""),
    ("{} | status = error | rate()", "{ true }|status = error | rate()", ""),
    ("{} | .a != nil", "{ true }|.a != nil", ""),
    ("{} | -duration < -1s", "{ true }|(-duration) < -1s", ""),
  ])
  func filtersWithoutBraces(_ query: String, _ meaning: String, _ note: String) {
    #expect(printed(query) == meaning)
    if !note.isEmpty { #expect(notes(query) == [note]) }
    #expect(Query.parse(query, dialect: .tempo).hasSyntaxError)
  }

  @Test(arguments: [
    "({}) && ({} | {})", "({} | {}) && {}", "({} | {}) | {}", "{} | ({} | {})",
    "{} | (count() > 2)",
    "{.a} >> ({.b} | by(.c) | count() > 2)", "(count() > 1) && {}", "({} | {}) | rate()",
    "{} && (select(.a))",
    "{} | ({.a} && ({.b} | {.c})) | count() > 1", "(({} | {}) | by(.a)) || {}",
  ])
  func wrappedPipelinesAnywhere(_ query: String) {
    _ = printed(query)
    #expect(errorName(query, dialect: .tempo) == "languageExtension")
    #expect(notes(query).contains { $0.hasPrefix("plain Tempo allows pipelines in parentheses") })
  }

  @Test(arguments: [
    "1 < ({} | count())", "({} | count()) > count()", "({} | count()) + 1 > 2",
    "2 * ({} | count()) > 1", "-count() < 1",
    "({} | count() + 1) > 2", "{} | ({.a} | count()) > 1", "count() > 2 ^ 2",
    "avg(duration) > 1s * 2", "by(.a, .b)",
    "{.a} | (({.b} | count()) > 1) | {.c}",
  ])
  func scalarsThatTempoCannotRead(_ query: String) {
    _ = printed(query)
    #expect(Query.parse(query, dialect: .tempo).hasSyntaxError)
  }

  @Test func notesSayHowTempoSpellsIt() {
    #expect(notes("by(.a, .b)") == ["in plain Tempo: 'by(.a) | by(.b)'"])
    #expect(notes("{} | 1 < count()") == ["in plain Tempo: 'count() > 1'"])
    #expect(notes("{ parent.a = 1 }") == ["plain Tempo does not look up attributes of the parent"])
  }

  @Test func aWrappedPipelineAloneIsItsStages() {
    #expect(printed("({.a} | by(.b))") == "{ .a }|by(.b)")
    #expect(printed("{.a} | ({.b} | by(.c)) | count() > 1") == "{ .a }|{ .b }|by(.c)|(count()) > 1")
  }

  @Test(arguments: [
    "{ trace.foo = 1 }", "{ foo = 1 }", "count() > 1 && {}", "{} | 3 > 2", "rate()", "coalesce()",
    "{} {}", "{} & {}",
    "{ (nil) }", "{ .a = (nil) }", "{ .a = nil + 1 }", "{ .a + nil = 1 }", "{ nil }",
    "{ .a > nil }", "{} | by()", "{} with ()",
    "{} | rate() | {}", "{} | topk(1)", "({} with (a=1)) && ({})", "{} | rate() * 2",
    "1 < {} | rate()", "({} | rate()) ^ 2",
    "({} | rate()) * 10s", "{} | count() > 1 > 2", "{} | select(1)", "{ .a = 1 } | | {}", "| {}",
    "with (a=1)", "()", "{ () }",
  ])
  func stillNoQueries(_ query: String) {
    #expect(Query.parse(query).hasSyntaxError)
  }
}
