import Testing
import TraceQL

struct FormatterTests {
  @Test(arguments: [
    ("{}", "{ }\n"), ("{status=error}|count()>2", "{ status = error } | count() > 2\n"),
    ("{ .a=1&&-.b=-2 }", "{ .a = 1 && -.b = -2 }\n"), ("{!(.a=1)}", "{ !(.a = 1) }\n"),
    ("{name=`GET`}", "{ name = \"GET\" }\n"), ("{name=`a\"b`}", "{ name = `a\"b` }\n"),
    ("{ span:id=\"a\"}>>{trace:id=\"b\"}", "{ span:id = \"a\" } >> { trace:id = \"b\" }\n"),
    (
      "{}|rate()by(.a,.b)with(most_recent=true)",
      "{ } | rate() by(.a, .b) with (most_recent=true)\n"
    ),
    ("({}|by(.a))&&({})", "({ } | by(.a)) && ({ })\n"),
    ("{ parent.span.\"a b\"=1 }", "{ parent.span.\"a b\" = 1 }\n"),
    ("// top\n\n\n{ }   // end\n\n// after", "// top\n\n{ } // end\n\n// after\n"),
    ("{ .a /* x */ = 1 }", "{ .a /* x */ = 1 }\n"),
    ("{ a.b = 1 // why\n && .c = 2 }", "{\n  a.b = 1 // why\n  && .c = 2\n}\n"),
  ])
  func layout(_ written: String, _ expected: String) {
    #expect(QueryFormatter.format(written) == expected)
  }

  @Test func longQueriesAreBrokenAtStagesThenOperators() {
    let query =
      "{ resource.service.name = \"checkout\" && status = error } >> { duration > 100ms } "
      + "| by(resource.service.name) | count() > 2"
    #expect(
      QueryFormatter.format(query) == """
        { resource.service.name = "checkout" && status = error } >> { duration > 100ms }
          | by(resource.service.name)
          | count() > 2

        """)
    #expect(
      QueryFormatter.format(query, width: 50) == """
        {
          resource.service.name = "checkout"
          && status = error
        }
          >> { duration > 100ms }
          | by(resource.service.name)
          | count() > 2

        """)
  }

  @Test func whatIsNoQueryIsLeftAlone() {
    #expect(QueryFormatter.format("{ status = ") == nil)
    #expect(QueryFormatter.format("") == nil)
    #expect(QueryFormatter.format("{ 1 = \"a\" }") == "{ 1 = \"a\" }\n", "wrong types have a form")
  }

  private func check(_ text: String, _ location: SourceLocation = #_sourceLocation) {
    let before = Query.parse(text)
    for width in [QueryFormatter.widthDefault, 24, 1] {
      guard let once = QueryFormatter.format(text, width: width) else {
        #expect(before.hasSyntaxError, "\(text)", sourceLocation: location)
        return
      }
      #expect(Query.parse(once).recovered == before.recovered, "\(text)\n\(once)")
      #expect(QueryFormatter.format(once, width: width) == once, "\(text)\n\(once)")
      #expect(comments(of: once) == comments(of: text), "\(text)\n\(once)")
    }
  }

  /// Every comment, in order, found by reading the text without the formatter's own reader.
  private func comments(of text: String) -> [String] {
    let bytes = Array(text.utf8)
    var gaps: [Range<Int>] = []
    var end = 0
    for token in Lexer.tokenize(bytes).tokens {
      gaps.append(end..<Int(token.range.lowerBound))
      end = Int(token.range.upperBound)
    }
    return gaps.flatMap { gap in
      String(decoding: bytes[gap], as: UTF8.self)
        .matches(of: /\/\/[^\n]*|\/\*(?:[^*]|\*[^\/])*\*\//).map { found in
          String(found.0).split(separator: " ").joined(separator: " ")
        }
    }
  }

  @Test(arguments: Corpus.valid)
  func theCorpus(_ query: String) { check(query) }

  @Test(arguments: 0..<400 as Range<UInt64>)
  func randomSentences(seed: UInt64) {
    var maker = SentenceMaker(GrammarTests.grammar, seed: seed)
    check(maker.sentence(of: "query", depth: 6 + Int(seed % 14)))
  }

  /// Comments and line breaks between any two tokens.
  @Test(arguments: 0..<300 as Range<UInt64>)
  func commentsStayWhereTheyStood(seed: UInt64) {
    var maker = SentenceMaker(GrammarTests.grammar, seed: seed &+ 1_000)
    let sentence = Array(maker.sentence(of: "query", depth: 6 + Int(seed % 10)).utf8)
    var random = SeededRandom(seed: seed)
    var text = ""
    var end = 0
    var number = 0
    for token in Lexer.tokenize(sentence).tokens {
      text += String(decoding: sentence[end..<Int(token.range.lowerBound)], as: UTF8.self)
      let isAttached = token.range.lowerBound == end && end > 0
      if !isAttached, random.chance(25) {
        number += 1
        text += random.pick(["\n// c\(number)\n", " // c\(number)\n", " /* c\(number) */ ", "\n\n"])
      }
      text += String(decoding: sentence[token.range.range], as: UTF8.self)
      end = Int(token.range.upperBound)
    }
    check(text)
  }

  @Test func filesOfSeveralQueries() {
    let pieces = QueryFile("// one\n{ }\n---\n\n{ status = error }\n").pieces
    #expect(pieces.map(\.linesBefore) == [0, 3])
    #expect(pieces.map(\.text) == ["// one\n{ }", "\n{ status = error }\n"])
    #expect(
      QueryFile("# a\n{ }\n// b\n\n{ a.b = 1 }\n", queryPerLine: true).pieces.map(\.hasQuery)
        == [false, true, false, false, true])
    #expect(QueryFile("").pieces.map(\.hasQuery) == [false])
  }
}
