import Engine
import Testing
import TraceQL
import traceql

/// A small world: two scopes, a few values, counts that depend on the filter.
private func facts() -> CompletionFacts {
  CompletionFacts(
    names: { filter in
      var items: [(item: CompletionFacts.Name, count: Int?)] = [
        (.init(scope: "resource", name: "service.name"), 90),
        (.init(scope: "span", name: "http.method"), 20),
        (.init(scope: "span", name: "http.status_code"), 40),
        (.init(scope: "span", name: "odd name"), 1),
      ]
      if filter != nil { items = items.map { ($0.item, $0.item.name == "http.method" ? 0 : 7) } }
      return .init(items: items, isPending: false)
    },
    values: { field, filter in
      switch field.description {
      case "resource.service.name":
        .init(
          items: [(.string("cart"), 3), (.string("checkout"), filter == nil ? 9 : 0)],
          isPending: false)
      case "span.http.status_code":
        .init(items: [(.int(200), 5), (.int(500), nil)], isPending: true)
      default: .init(items: [], isPending: false)
      }
    },
    files: { start in ["/data/a.csv", "/data/b/"].filter { $0.hasPrefix(start) } },
    commands: [
      .init(name: ".mode", summary: "", arguments: [.choice(["csv", "tsv", "table"])]),
      .init(name: ".values", summary: "", arguments: [.field, .query]),
      .init(name: ".explain", summary: "", arguments: [.query]),
      .init(name: ".read", summary: "", arguments: [.file]),
    ], words: { _ in [] })
}

/// What is offered where `|` stands in the text, and what it replaces.
private func offered(_ marked: String) -> (replacing: String, texts: [String]) {
  let parts = marked.split(separator: "¦", omittingEmptySubsequences: false)
  let text = parts.joined()
  let list = Completer(facts: facts()).complete(text, at: parts[0].utf8.count)
  let replaced = String(decoding: Array(text.utf8)[list.replacing], as: UTF8.self)
  return (replaced, list.candidates.map(\.text))
}

@Test func namesComeWithTheirScopeAndByFrequency() {
  let all = offered("{ ¦").texts
  #expect(
    all.prefix(4) == [
      "resource.service.name", "span.http.status_code", "span.http.method", "span.\"odd name\"",
    ])
  #expect(all.contains("duration") && all.contains("kind"))
}

@Test func aBareNameFindsItsScopes() {
  #expect(offered("{ http.s¦").texts == ["span.http.status_code"])
  #expect(offered("{ span.http.¦").texts == ["http.status_code", "http.method"])
  #expect(offered("{ dur¦").texts == ["duration"])
}

@Test func valuesAreOfferedBehindTheirField() {
  #expect(offered("{ resource.service.name = ¦").texts == ["\"checkout\"", "\"cart\""])
  #expect(offered("{ resource.service.name = \"ca¦").texts == ["\"cart\""])
  #expect(offered("{ resource.service.name = \"ca¦\" }").replacing == "\"ca\"")
  #expect(offered("{ span.http.status_code = ¦").texts == ["200", "500"])
}

@Test func theBracesNarrow() {
  // What nothing has under the conditions before is not offered.
  #expect(
    offered("{ status = error && resource.service.name = ¦").texts == ["\"cart\""])
  #expect(!offered("{ status = error && ¦").texts.contains("span.http.method"))
  #expect(BraceFilter.before("{ .a = 1 && .b = 2 && .c") == "{ .a = 1 && .b = 2 }")
  #expect(BraceFilter.before("{ .a = 1 || .b = 2 && .c") == nil)
  #expect(BraceFilter.before("{ .a = 1 } | { ") == nil)
  #expect(BraceFilter.before("{ .a = 1 } >> { .b = 2 && ") == "{ .b = 2 }")
}

@Test func stagesAndFunctionsFollowAPipe() {
  let all = offered("{ } | ¦").texts
  #expect(all.contains("by(") && all.contains("count(") && all.contains("rate("))
  #expect(offered("{ } | quantile_¦").texts == ["quantile_over_time("])
}

@Test func unitsFollowANumber() {
  #expect(offered("{ duration > 5¦").texts.contains("ms"))
}

@Test func commandsAndTheirArgumentsComplete() {
  #expect(offered(".mo¦").texts == [".mode"])
  #expect(offered(".mode t¦").texts == ["tsv", "table"])
  #expect(offered(".values span.http.m¦").texts == ["http.method"])
  #expect(
    offered(".values resource.service.name { resource.service.name = ¦").texts.first
      == "\"checkout\"")
  #expect(offered(".explain { dur¦").texts == ["duration"])
  #expect(offered("{ }; .mo¦").texts == [".mode"])
}

@Test func theSharedStartIsFound() {
  let list = Completer(facts: facts()).complete("{ span.http", at: 11)
  #expect(list.sharedStart == "http.")
}

@Test func theGridFitsItsRoom() {
  let candidates = (0..<100).map { (index: Int) in
    Candidate("name\(index)", kind: .name, count: index)
  }
  let list = CompletionList(replacing: 0..<0, candidates: candidates)
  let rows = CandidateGrid.rows(list, selected: 99, width: 60, rowsMax: 8, style: .plain)
  #expect(rows.count == 8)
  #expect(rows.allSatisfy { $0.width < 60 })
  #expect(rows.contains { $0.text.contains(">name99") })
  let last = rows.last?.text ?? ""
  #expect(last.contains("more"))
}
