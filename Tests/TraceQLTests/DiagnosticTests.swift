import Testing
import TraceQL

struct DiagnosticTests {
  /// Checks the first error of a text in which `⟦⟧` mark its range.
  private func check(
    _ marked: String, _ name: String, _ location: SourceLocation = #_sourceLocation
  ) {
    let bytes = Array(marked.utf8)
    let open = Array("⟦".utf8)
    let close = Array("⟧".utf8)
    let start = bytes.indices.first { bytes[$0...].starts(with: open) } ?? 0
    let end = (bytes.indices.first { bytes[$0...].starts(with: close) } ?? 0) - open.count
    let text = marked.replacing("⟦", with: "").replacing("⟧", with: "")
    let error = Query.parse(text).firstError
    #expect(error?.code.name == name, sourceLocation: location)
    #expect(error?.range.range == start..<end, sourceLocation: location)
  }

  @Test func ranges() {
    check("{ duration > ⟦}⟧", "unexpected")
    check("{ .a = 1⟦⟧", "unexpected")
    check("{ ⟦foo⟧ = 1 }", "unknownIdentifier")
    check("{ .ä = 1 && ⟦.x =~ 5⟧ }", "illegalOperands")
    check("{ .a && (⟦name⟧) = nil }", "nilIntrinsic")
    check("{ ⟦span.⟧ = 1 }", "emptyName")
    check("{} | avg(⟦name⟧) > 1", "aggregateNotNumeric")
    check("count() > 1 ⟦&&⟧ {}", "comparisonAsOperand")
    check("{} | ⟦3 > 2⟧", "noAggregate")
    check("{} | count() > ⟦name⟧", "mismatchedOperands")
    check("{} ⟦+⟧ {}", "mismatchedOperands")
    check("{ .a = ⟦\"x\ny\"⟧ }".replacing("\ny\"⟧", with: "⟧\ny\""), "unterminatedString")
    check("{ .a =~ ⟦\"[\"⟧ }", "invalidPattern")
    check("⟦{ .a⟧".replacing("⟦{ .a⟧", with: "{ .a⟦⟧"), "unexpected")
  }

  @Test(arguments: [
    ("{ nmae = 1 }", "name"), ("{ Duration > 1s }", "duration"), ("{ status = ERROR }", "error"),
    ("{ rootServicename = `a` }", "rootServiceName"),
    ("{ .a = TRUE }", "true"), ("{ .a and .b }", nil), ("{ rootService = `x` }", "rootServiceName"),
    ("{ childCount = 1 }", "span:childCount"),
    ("{} | cout() > 1", "count"), ("{} | average(duration) > 1", "avg"),
    ("{} | Count() > 1", "count"), ("{ kind = servr }", "server"),
    ("{} | groupby(.a)", "by"), ("{ .a = null }", "nil"),
    ("{} | quantil_over_time(duration, 1)", "quantile_over_time"),
    ("{ zzzzzzzz = 1 }", nil),
  ])
  func didYouMean(_ query: String, _ nearest: String?) {
    let message = Query.parse(query).firstError?.text(in: query) ?? ""
    #expect(message.hasPrefix("parse error at line 1, col "))
    #expect(message.contains("did you mean") == (nearest != nil))
    if let nearest { #expect(message.contains("did you mean '\(nearest)'?")) }
  }

  @Test func severalErrorsAtOnce() {
    let codes = Query.parse("{ foo = 1 } && { .a = } | bar() | { nil }").diagnostics.map(
      \.code.name)
    #expect(codes == ["unknownIdentifier", "unexpected", "unknownFunction", "unexpected"])
    let names = Query.parse("{ name = 1 } | by(1) | { duration }").diagnostics.map(\.code.name)
    #expect(names == ["operandTypes", "groupWithoutField", "notBoolean"])
  }

  @Test func oneMistakeIsReportedOnce() {
    for query in [
      "({ .a = } | count()) > 1 && {}", "-({ .a = }) = nil", "2 * ({} | foo()) + count() > 3",
      "{} | rate() > (1 +)", "nil = ({ .a = } )", "({ = }) >> ({}) | by(.a) | count() > 2",
    ] {
      #expect(Query.parse(query).diagnostics.count { $0.isError } == 1, "\(query)")
    }
  }

  @Test func brokenQueriesLeaveATree() {
    let parsed = Query.parse("{ .a = 1 } >> { .b = } | count() > 2")
    #expect(parsed.query == nil)
    #expect(parsed.recovered?.description.hasSuffix("|(count()) > 2") == true)
  }

  @Test func rendered() {
    let source = "{ .a = 1 }\n\t| cuont() > 2"
    let diagnostics = Query.parse(source).diagnostics
    #expect(
      DiagnosticRenderer.render(diagnostics, source: source) == """
        error: parse error at line 2, col 4: unknown function 'cuont'; did you mean 'count'?
        2 | \t| cuont() > 2
            \t  ^~~~~
        """)
  }

  @Test func renderedInColour() {
    let source = "{ service.name = `x` } | count()"
    let text = DiagnosticRenderer.render(
      Query.parse(source).diagnostics, source: source, style: .colour)
    #expect(
      text == """
        \u{1B}[1;36mnote:\u{1B}[0m in plain Tempo: '.service.name'
        1 | { service.name = `x` } | count()
              \u{1B}[1;36m^~~~~~~~~~~~\u{1B}[0m
        \u{1B}[1;36mnote:\u{1B}[0m plain Tempo needs a comparison at the end, such as '> 0'
        1 | { service.name = `x` } | count()
                                            \u{1B}[1;36m^\u{1B}[0m
        """)
  }

  @Test func sentencesAreShort() {
    for (query, _) in Corpus.invalid {
      let text = Query.parse(query).firstError?.code.message ?? ""
      #expect(!text.isEmpty && !text.hasSuffix(".") && text.utf8.count < 200, "\(query): \(text)")
    }
  }
}
