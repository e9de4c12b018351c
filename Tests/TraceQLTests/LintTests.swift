import Testing
import TraceQL

struct LintTests {
  private func names(_ query: String, _ dialect: Dialect = .extended) -> [String] {
    QueryLint.warnings(on: query, dialect: dialect).map(\.code.stableName)
  }

  @Test(
    arguments: [
      ("{ }", []), ("{ true }", []), ("{ status = error }", []),
      ("{ resource.service.name = \"cart\" && duration > 1s }", []),
      ("{ span.a = 1 && span.b = 2 || span.c = 3 }", []),
      ("{ .foo = 1 }", ["unscoped-name"]), ("{ http.method = \"GET\" }", ["unscoped-name"]),
      ("{ .foo = 1 && .foo = 2 }", ["unscoped-name", "only-arrays-match"]),
      ("{ 1 = 2 }", ["always-false"]), ("{ false }", ["always-false"]),
      ("{ 1 = 1 }", ["always-true"]), ("{ status = error && 2 > 1 }", ["always-true"]),
      ("{ status = error && status = ok }", ["always-false"]),
      ("{ duration > 2s && name = \"a\" && duration < 1s }", ["always-false"]),
      ("{ duration > 1s && 1s >= duration }", ["always-false"]),
      ("{ duration >= 1s && duration <= 1s }", []), ("{ duration > 1s && duration < 2s }", []),
      ("{ name = \"a\" && name != \"a\" }", ["always-false"]),
      ("{ resource.service.name = \"a\" && resource.service.name = \"b\" }", ["always-false"]),
      ("{ span.a = 1 && span.a = 2 }", ["only-arrays-match"]),
      ("{ span.a > 1 && span.a < 5 }", []),
      ("{ event:name = \"a\" && event:name = \"b\" }", []),
      ("{ status != error || status != ok }", ["always-true"]),
      ("{ duration > 1s || duration <= 2s }", ["always-true"]),
      ("{ status = error || status = ok }", []),
      ("{ span.a = nil && span.a = 1 }", ["always-false"]),
      ("{ span.a = nil || span.a != nil }", ["always-true"]),
      ("{ span.a = nil && span.a != nil }", ["always-false"]),
      ("{ span.a = 1 && span.a = 1 }", ["repeated-condition"]),
      ("{ status = error } && { status = error }", ["repeated-condition"]),
      ("{ } | count() = 0", ["count-is-positive"]), ("{ } | count() > 0", ["count-is-positive"]),
      ("{ } | count() < 1", ["count-is-positive"]), ("{ } | count() > 1", []),
      ("({ } | count()) = 0", []), ("{ } | 1 <= count()", ["count-is-positive"]),
      ("{ span.status = error }", ["attribute-for-intrinsic", "types-never-match"]),
      ("{ span.state = error }", ["types-never-match"]),
      ("{ span.duration > 1s }", ["attribute-for-intrinsic"]),
      ("{ .name = \"x\" }", ["attribute-for-intrinsic"]),
      ("{ span.http.status_code = \"500\" }", ["number-as-text"]),
      ("{ span.http.status_code =~ \"5..\" }", ["pattern-on-number"]),
      ("{ span.user = \"500\" }", []),
      ("{ span.service.name = \"a\" }", ["wrong-scope"]),
      ("{ resource.http.method = \"GET\" }", ["wrong-scope"]),
      ("{ name =~ \"cart\" }", ["literal-pattern"]),
      ("{ name =~ \"^cart$\" }", ["literal-pattern"]),
      ("{ name =~ \"cart.*\" }", []), ("{ name =~ \"a|b\" }", []),
      ("{ name =~ \"^cart.*$\" }", ["redundant-anchors"]),
      ("{ span.a =~ \".*\" }", ["pattern-matches-all"]),
      ("{ span:id = \"xyz\" }", ["not-hexadecimal"]), ("{ span:id = \"00aB\" }", []),
      ("{ span.a != 1 }", ["missing-not-matched"]),
      ("{ span.a != 1 && span.a != nil }", []), ("{ span.a != 1 || span.a = nil }", []),
      ("{ span.a !~ \"x.*\" }", ["missing-not-matched"]),
      ("{ resource.service.name != \"a\" }", []), ("{ name != \"a\" }", []),
      ("{ duration > 100 }", ["missing-unit"]), ("{ duration > 2 * 1s }", []),
      ("{ duration != 0 }", []), ("{ } | avg(duration) > 100", ["missing-unit"]),
      ("{ span.a / 0 = 1 }", ["division-by-zero"]),
      ("{ } | coalesce()", ["coalesce-without-groups"]),
      ("{ } | by(name) | coalesce()", []), ("{ } | by(span:id)", ["group-per-span"]),
      ("{ } with (most_recnt = true)", ["unknown-hint"]),
      ("{ } with (most_recent = 1)", ["hint-type"]), ("{ } with (most_recent = true)", []),
      ("{ !(span.a = 1) }", []), ("{ } | select(name) | { name = \"a\" }", []),
      ("{ span.a = } ", []),
    ] as [(String, [String])])
  func warnings(_ query: String, _ expected: [String]) {
    #expect(names(query) == expected)
  }

  @Test(arguments: [
    ("{ !(span.a = 1) }", ["tempo-negation"]),
    ("{ } | select(name) | { name = \"a\" }", ["tempo-after-select"]),
    ("{ span:id = \"00aB\" }", ["tempo-identifier"]),
  ])
  func whatTempoDoesOtherwise(_ query: String, _ expected: [String]) {
    #expect(names(query, .tempo) == expected)
  }

  @Test(arguments: [
    ("{ status = error && ⟦.foo⟧ = 1 }", "unscoped-name"),
    ("{ duration > ⟦100⟧ }", "missing-unit"),
    ("{ status = error && ⟦status = ok⟧ }", "always-false"),
    ("{ } | by(name) | count() > 2 | ⟦count()⟧ > 0", "count-is-positive"),
    ("{ } | ⟦coalesce()⟧ | by(name) | coalesce()", "coalesce-without-groups"),
    ("{ } with (most_recent = true, ⟦bogus⟧ = 1)", "unknown-hint"),
  ])
  func ranges(_ marked: String, _ name: String) throws {
    let pieces = marked.split(whereSeparator: { "⟦⟧".contains($0) }).map(String.init)
    let found = QueryLint.warnings(on: pieces.joined())
    #expect(found.map(\.code.stableName) == [name])
    let start = pieces[0].utf8.count
    #expect(found.first?.range.range == start..<start + pieces[1].utf8.count)
  }

  /// What a warning proposes is a query without that warning, where it proposes a query.
  @Test(arguments: [
    "{ .http.method = \"GET\" }", "{ name =~ \"^cart$\" }", "{ span.a =~ \".*\" }",
    "{ span.http.status_code = \"500\" }", "{ span.duration > 1s }",
  ])
  func theAdviceHelps(_ query: String) throws {
    let warning = try #require(QueryLint.warnings(on: query).first)
    let advice = try #require(warning.code.message.split(separator: "write '").last)
    let text = advice.prefix { $0 != "'" }
    let bytes = Array(query.utf8)
    let before = String(decoding: bytes[..<warning.range.range.lowerBound], as: UTF8.self)
    let after = String(decoding: bytes[warning.range.range.upperBound...], as: UTF8.self)
    let mended = before + text + after
    #expect(Query.parse(mended).isValid, "\(mended)")
    #expect(!names(mended).contains(warning.code.stableName), "\(mended)")
  }

  /// Nothing that parses makes it stumble.
  @Test func anyQueryCanBeLinted() {
    for seed in 0..<400 as Range<UInt64> {
      var maker = SentenceMaker(GrammarTests.grammar, seed: seed)
      let sentence = maker.sentence(of: "query", depth: 6 + Int(seed % 14))
      for warning in QueryLint.warnings(on: sentence) {
        #expect(warning.range.range.upperBound <= sentence.utf8.count, "\(sentence)")
        #expect(!warning.code.message.isEmpty)
      }
    }
  }
}
