import Testing
import TraceQL

/// Nothing that can be typed crashes the parser or keeps it busy.
struct FuzzTests {
  private static let pieces: [String] =
    TokenKind.allCases.map(\.rawValue) + [
      ".a", "span.b", "\"x\"", "`y`", "1", "2.5", "1s", "foo", "foo.bar", "\"", "/*", "//", "\n",
      "🚀", "0x1", "_",
      "minInt", "quantile", ".\"a b\"", "9223372036854775808", "=~ \"[\"", "{}", "count()", "| ",
      "(", ")", "{", "}",
    ]

  @Test(arguments: 0..<400 as Range<UInt64>)
  func tokenSoup(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let text = (0..<Int(random.next() % 40)).map { _ in random.pick(Self.pieces) }.joined(
      separator: random.chance(50) ? " " : "")
    for dialect in [Dialect.extended, .tempo] {
      let parsed = Query.parse(text, dialect: dialect)
      #expect(parsed.isValid || parsed.firstError != nil, "\(text)")
      for diagnostic in parsed.diagnostics {
        #expect(diagnostic.range.range.upperBound <= text.utf8.count)
        #expect(!diagnostic.text(in: text, dialect: dialect).isEmpty)
      }
      if let query = parsed.query, parsed.isValid {
        #expect(Query.parse(query.description).query == query, "\(text)")
      }
    }
    _ = LenientParser.parse(text)
    let broken = text + "\n}}"
    let rendered = DiagnosticRenderer.render(Query.parse(broken).diagnostics, source: broken)
    #expect(rendered.contains("error: "))
  }

  @Test(arguments: 0..<300 as Range<UInt64>)
  func brokenQueries(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var bytes = Array(random.pick(Corpus.valid).utf8)
    for _ in 0...random.next() % 4 where !bytes.isEmpty {
      let index = Int(random.next() % UInt64(bytes.count))
      switch random.next() % 3 {
      case 0: bytes.remove(at: index)
      case 1: bytes[index] = UInt8(random.next() % 128)
      default: bytes.insert(contentsOf: Array(random.pick(Self.pieces).utf8), at: index)
      }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let parsed = Query.parse(text)
    #expect(parsed.isValid || parsed.firstError != nil)
    if let query = parsed.query, parsed.isValid {
      #expect(Query.parse(query.description).query == query, "\(text)")
    }
  }

  @Test(arguments: [
    "(", "{ (", "{ -", "{ !", "{ .a ^ ", "({} | ", "{ .a = (", "{} && (", "-", "max(", "{ (.a && ",
  ])
  func deepNestingIsADiagnostic(_ piece: String) {
    let text = String(repeating: piece, count: 100_000 / piece.utf8.count)
    #expect(Query.parse(text).hasSyntaxError)
    #expect(Query.parse(String(repeating: piece, count: 100)).hasSyntaxError)
  }

  @Test func nestingUpToTheLimit() {
    let text =
      "{ " + String(repeating: "(", count: 100) + ".a" + String(repeating: ")", count: 100) + " }"
    #expect(printed(text) == "{ .a }")
    let deep =
      "{ " + String(repeating: "(", count: 200) + ".a" + String(repeating: ")", count: 200) + " }"
    #expect(errorName(deep) == "nestingTooDeep")
  }

  @Test func longChainsAreLimited() {
    func chain(_ count: Int) -> String {
      "{ " + Array(repeating: ".a", count: count).joined(separator: " && ") + " }"
    }
    #expect(Query.parse(chain(900)).isValid)
    #expect(errorName(chain(2_000)) == "tooManyOperators")
    let filters = Array(repeating: "{}", count: 2_000)
    #expect(errorName(filters.joined(separator: " >> ")) == "tooManyOperators")
    #expect(Query.parse(filters.joined(separator: " | ")).isValid, "stages are a list")
    let wrapped = (0..<100).reduce("{}") { text, _ in "(\(text) && {} | {}) && {}" }
    #expect(Query.parse(wrapped).isValid)
  }

  @Test func longQueriesAreRefused() {
    let text = "{ .a = \"" + String(repeating: "x", count: ParserLimits.queryBytesMax) + "\" }"
    #expect(errorName(text) == "queryTooLong")
  }

  @Test func timeIsLinear() {
    let clock = ContinuousClock()
    func time(_ count: Int) -> Duration {
      let text = Array(repeating: "{ service.name = `x` && duration > 1s }", count: count).joined(
        separator: " | ")
      return (0..<3).map { _ in clock.measure { #expect(Query.parse(text).isValid) } }.min()
        ?? .zero
    }
    _ = time(100)
    #expect(
      time(2_400) < time(300) * 40,
      "eight times the text in far less than sixty-four times the time")
  }
}
