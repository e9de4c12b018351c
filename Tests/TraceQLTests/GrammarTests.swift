import FoundationEssentials
import Testing
import TraceQL

struct GrammarTests {
  static let grammar = Grammar(Corpus.read("grammar/traceql.ebnf"))

  /// The productions written above parse functions: name and text.
  private func marked() throws -> [(name: String, text: String)] {
    let folder = Corpus.root + "Sources/TraceQL/Parser"
    var found: [(String, String)] = []
    for file in try FileManager.default.contentsOfDirectory(atPath: folder)
    where file.hasSuffix(".swift") {
      var open: String?
      for line in Corpus.read("Sources/TraceQL/Parser/" + file).split(separator: "\n") {
        let line = line.drop { $0 == " " }
        if line.hasPrefix("// ▷ ") {
          open = String(line.dropFirst(5))
        } else if let text = open, line.hasPrefix("//") {
          open = text + " " + line.dropFirst(2)
        }
        guard let text = open, text.hasSuffix(" ;") else { continue }
        let tokens = Grammar.tokens(text)
        found.append((tokens[0], tokens.dropFirst(2).dropLast().joined(separator: " ")))
        open = nil
      }
    }
    return found
  }

  @Test func everyProductionHasItsFunction() throws {
    let marked = try marked()
    #expect(Set(marked.map(\.name)) == Set(Self.grammar.rules.keys))
    #expect(marked.count == Self.grammar.rules.count, "each production stands above one function")
    for (name, text) in marked { #expect(text == Self.grammar.texts[name], "\(name)") }
  }

  @Test func everyProductionIsReached() {
    var reached: Set<String> = ["query"]
    var waiting = ["query"]
    while let name = waiting.popLast() {
      let node = Self.grammar.rules[name]
      #expect(node != nil, "\(name) is used and not defined")
      for next in node.map(Grammar.references) ?? [] where reached.insert(next).inserted {
        waiting.append(next)
      }
    }
    #expect(reached == Set(Self.grammar.rules.keys))
  }

  /// Sentences may be wrong in meaning, never in form; a divisor may come out as zero.
  @Test(arguments: 0..<600 as Range<UInt64>)
  func randomSentences(seed: UInt64) throws {
    var maker = SentenceMaker(Self.grammar, seed: seed)
    let sentence = maker.sentence(of: "query", depth: 6 + Int(seed % 14))
    var parameters = ParameterValues()
    try parameters.add(assignment: "count=3")
    let parsed = Query.parse(sentence, parameters: parameters)
    if let code = parsed.firstError?.code, code.isSyntax {
      #expect(code == .divisionByZero, "seed \(seed): \(sentence)\n\(code.message)")
      return
    }
    guard let query = parsed.query else { return }
    #expect(Query.parse(query.description).query == query, "seed \(seed): \(sentence)\n\(query)")
  }

  @Test(arguments: Corpus.valid)
  func validLines(_ query: String) {
    #expect(!printed(query).isEmpty)
  }

  @Test(arguments: Corpus.invalid)
  func invalidLines(_ query: String, _ code: String) {
    #expect(errorName(query) == code)
  }

  @Test func thereIsACorpus() {
    #expect(Corpus.valid.count > 60)
    #expect(Corpus.invalid.count > 40)
  }

  /// Every code that a query can give has a line in the file of invalid queries.
  @Test func everyErrorHasALine() {
    let codes = Set(Corpus.invalid.map(\.1))
    for code in Self.errorNames { #expect(codes.contains(code), "\(code)") }
  }

  private static let errorNames = [
    "aggregateNotNumeric", "aggregateWithoutField", "bareParent", "coalesceFirst",
    "compareEndNotAfterStart",
    "compareTimestamps", "compareTopOutOfRange", "compareWithSecondStage", "comparisonAsOperand",
    "divisionByZero",
    "durationInMetricsArithmetic", "emptyName", "floatOutOfRange", "groupWithoutField",
    "illegalOperand", "illegalOperands",
    "integerOutOfRange", "invalidEscape", "invalidNameEscape", "invalidNumber", "invalidPattern",
    "limitNotPositive",
    "metricsFirst", "metricsOperator", "mismatchedOperands", "nilIntrinsic", "noAggregate",
    "notBoolean", "operandTypes",
    "parameterWithoutValue", "patternNotLiteral", "quantileOutOfRange", "scalarNotLast",
    "traceAttribute", "unexpected",
    "unknownFunction",
    "unknownIdentifier", "unqualifiedIntrinsic", "unterminatedComment", "unterminatedName",
    "unterminatedString",
    "unwrappedSeries",
  ]
}
