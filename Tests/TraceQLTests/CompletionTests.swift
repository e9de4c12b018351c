import Testing
import TraceQL

struct CompletionTests {
  /// What may come at `‸`.
  private func expected(_ marked: String) -> [TraceQL.Expectation] {
    let offset = Array(marked.utf8).indices.first {
      Array(marked.utf8)[$0...].starts(with: Array("‸".utf8))
    }
    let text = marked.replacing("‸", with: "")
    return Query.expectations(in: text, at: offset ?? 0)
  }

  private func operators(_ marked: String) -> Set<String> {
    var all: Set<String> = []
    for case .operators(let names) in expected(marked) { all.formUnion(names) }
    return all
  }

  private func punctuation(_ marked: String) -> Set<String> {
    var all: Set<String> = []
    for case .punctuation(let names) in expected(marked) { all.formUnion(names) }
    return all
  }

  private func functions(_ marked: String) -> Set<String> {
    var all: Set<String> = []
    for case .functions(let names) in expected(marked) { all.formUnion(names) }
    return all
  }

  @Test func starts() {
    #expect(punctuation("‸").isSuperset(of: ["{", "("]))
    #expect(functions("‸").isSuperset(of: ["count", "avg"]))
    #expect(expected("‸").contains(.stages(["by", "select"])))
    #expect(functions("{} | ‸").isSuperset(of: ["count", "rate", "quantile_over_time"]))
    #expect(expected("{} | ‸").contains(.stages(["by", "coalesce", "select"])))
    #expect(functions("{} | rate() | ‸") == ["topk", "bottomk"])
  }

  @Test func namesOfAScope() {
    #expect(expected("{ span.‸") == [.attributeNames(.span)])
    #expect(expected("{ resource.serv‸") == [.attributeNames(.resource)])
    #expect(expected("{ .‸") == [.attributeNames(.unscoped)])
    #expect(expected("{ event:‸") == [.intrinsics(["name", "timeSinceStart"])])
    #expect(expected("{} | select(‸").contains(.attributeNames(.unscoped)))
    #expect(expected("{} | rate() by (span.‸") == [.attributeNames(.span)])
  }

  @Test func operands() {
    let found = expected("{ ‸")
    #expect(found.contains(.scopes(Vocabulary.scopes)))
    #expect(
      found.contains {
        if case .intrinsics(let names) = $0 { names.contains("span:id") } else { false }
      })
    #expect(expected("{ dur‸").contains(.scopes(Vocabulary.scopes)))
    #expect(Query.completion(in: "{ dur", at: 5).replacing.range == 2..<5)
  }

  @Test func valuesOfAField() {
    #expect(expected("{ name = ‸").contains(.values(.intrinsic(.name))))
    #expect(expected("{ status = ‸").contains(.keywords(["ok", "error", "unset"])))
    let service = Field.attribute(Attribute(.resource, "service.name"))
    #expect(expected("{ resource.service.name = \"fro‸").contains(.values(service)))
    #expect(Query.completion(in: "{ name = \"fro", at: 13).replacing.range == 9..<13)
    #expect(!expected("{ .a = 1 && ‸").contains(.values(.attribute(Attribute(.unscoped, "a")))))
  }

  @Test func operatorsAfterAnOperand() {
    #expect(operators("{ duration ‸").isSuperset(of: ["=", ">", "+", "&&", "=~"]))
    #expect(!operators("{ duration ‸").contains(">>"))
    #expect(punctuation("{ duration > 1s ‸").contains("}"))
    #expect(operators("{} ‸").isSuperset(of: [">>", "!~", "&&", "~"]))
    #expect(!operators("{} ‸").contains("+"))
    #expect(punctuation("{} ‸").contains("|"))
    #expect(expected("{} ‸").contains(.keywords(["with"])))
    #expect(operators("{} | count() ‸").isSuperset(of: [">", "+"]))
    #expect(!operators("{} | count() ‸").contains("=~"))
    #expect(punctuation("({} ‸").contains(")"))
    #expect(expected("{ duration > 5‸").contains(.units(Vocabulary.durationUnits)))
  }

  @Test func callsAndHints() {
    #expect(
      punctuation("{} | count‸").isSuperset(of: ["{"]), "the word is still being typed")
    #expect(punctuation("{} | count ‸") == ["("])
    #expect(expected("{} with (‸") == [.hintNames(Vocabulary.hintNames)])
    #expect(expected("{} with (most_recent=‸").contains(.keywords(Vocabulary.literalWords)))
    #expect(punctuation("{} && ‸") == ["{", "("])
  }

  @Test func everyPrefixAnswers() {
    for query in Corpus.valid {
      for offset in 0...query.utf8.count {
        let completion = Query.completion(in: query, at: offset)
        #expect(completion.replacing.range.upperBound <= query.utf8.count)
      }
    }
  }
}
