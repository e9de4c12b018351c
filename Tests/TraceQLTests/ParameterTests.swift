import Testing
import TraceQL

struct ParameterTests {
  private func values(_ assignments: [String]) throws -> ParameterValues {
    var values = ParameterValues()
    for assignment in assignments { try values.add(assignment: assignment) }
    return values
  }

  /// The canonical text of the query with the values in their places.
  private func bound(_ text: String, _ assignments: String...) throws -> String {
    let parsed = Query.parse(text, parameters: try values(assignments))
    #expect(parsed.isValid, "\(text): \(parsed.firstError?.text(in: text) ?? "")")
    return parsed.query?.description ?? ""
  }

  private func error(_ text: String, _ assignments: String...) throws -> String {
    let parsed = Query.parse(text, parameters: try values(assignments))
    return parsed.firstError?.text(in: text) ?? ""
  }

  @Test(arguments: [
    ("17", Literal.int(17)), ("-17", .int(-17)), ("0.5", .float(0.5)), ("-1e3", .float(-1000)),
    ("250ms", .duration(250_000_000)), ("-1h30m", .duration(-5_400_000_000_000)),
    ("minInt", .int(.min)), ("maxInt", .int(.max)), ("true", .bool(true)),
    ("error", .status(.error)), ("server", .kind(.server)), ("\"error\"", .string("error")),
    ("`a\\d`", .string("a\\d")), (#""a \" b""#, .string("a \" b")), ("\"17\"", .string("17")),
    ("cart", .string("cart")), ("frontend-proxy", .string("frontend-proxy")),
    ("/api/v1", .string("/api/v1")), ("日本", .string("日本")), ("duration", .string("duration")),
    ("rate", .string("rate")), ("span.name", .string("span.name")), ("nil", .string("nil")),
  ])
  func aValueIsOneLiteral(_ text: String, _ want: Literal) throws {
    #expect(try values(["x=" + text])["x"] == want)
  }

  @Test(arguments: [
    ("x", ParameterError.noValue("x")), ("=1", .badName("")), ("1x=1", .badName("1x")),
    ("a b=1", .badName("a b")), ("a.b=1", .badName("a.b")), ("$x=1", .badName("$x")),
    ("x=", .emptyValue("x")), ("x=\"a", .malformed(name: "x", text: "\"a")),
    ("x=\"a\" ", .malformed(name: "x", text: "\"a\" ")),
    ("x=1h30x", .malformed(name: "x", text: "1h30x")),
    ("x=10.0.0.1", .malformed(name: "x", text: "10.0.0.1")),
    ("x=-", .malformed(name: "x", text: "-")), ("x=--1", .malformed(name: "x", text: "--1")),
    ("x=99999999999999999999", .malformed(name: "x", text: "99999999999999999999")),
    ("x=1 // c", .malformed(name: "x", text: "1 // c")),
    ("x= 1", .notOneLiteral(name: "x", text: " 1")),
    ("x=GET /", .notOneLiteral(name: "x", text: "GET /")),
    ("x=a} || {true", .notOneLiteral(name: "x", text: "a} || {true")),
    ("x=$y", .notOneLiteral(name: "x", text: "$y")),
  ])
  func whatIsNoValue(_ assignment: String, _ want: ParameterError) {
    #expect(throws: want) { try values([assignment]) }
    #expect(!want.message.isEmpty)
  }

  @Test func aParameterIsGivenOnce() {
    #expect(throws: ParameterError.givenTwice("x")) { try values(["x=1", "x=1"]) }
  }

  /// Everywhere the grammar has a literal.
  @Test func placesOfAParameter() throws {
    #expect(try bound("{ .a = $x }", "x=cart") == "{ .a = `cart` }")
    #expect(try bound("{ status = $s && kind = $k }", "s=error", "k=client").contains("error"))
    #expect(try bound("{ name =~ $re }", "re=`GET.*`") == "{ name =~ `GET.*` }")
    #expect(try bound("{ duration > 2 * $d }", "d=1s") == "{ duration > 2000000000.0 }")
    #expect(try bound("{ } | count() > $n", "n=2") == "{ true }|(count()) > 2")
    #expect(try bound("{ } | avg(duration) > $d + 1s", "d=1s").hasSuffix("2000000000.0"))
    #expect(try bound("{ } | quantile(duration, $q) > 1s", "q=0.9").contains("0.9"))
    #expect(try bound("{ } | $d < duration", "d=1s") == "{ true }|1s < duration")
    #expect(try bound("{ } with (most_recent=$b)", "b=true") == "{ true } with(most_recent=true)")
    #expect(try bound("{ } | rate() | topk($k)", "k=3") == "{ true } | rate() | topk(3)")
    #expect(try bound("{ } | rate() > -$x", "x=5") == "{ true } | rate() > -5")
    #expect(try bound("({ } | rate()) * $x", "x=100") == "({ true } | rate()) * 100")
    #expect(
      try bound("{ } | quantile_over_time(duration, $a, $b)", "a=0.5", "b=1")
        == "{ true } | quantile_over_time(duration,0.50000,1.00000)")
    #expect(
      try bound("{ } | compare({ status = error }, $n, $from, $to)", "n=5", "from=1", "to=2")
        == "{ true } | compare({ status = error }, 5, 1, 2)")
  }

  /// A sign belongs to the value, whatever stands around it.
  @Test func aNegativeValueStaysWhole() throws {
    #expect(try bound("{ .a = $x ^ 2 }", "x=-3") == "{ .a = 9 }")
    #expect(try bound("{ .a = -$x }", "x=-3") == "{ .a = 3 }")
  }

  @Test(arguments: [
    "a\" || true || .b = \"c", "` || true || .b = `", "\"} || {", "$y", "a\nb", "// c", "/*", "\\",
    "x\" } | select(.secret) //", "\u{202E}", "", "nil", "1) || (1 = 1",
  ])
  func nothingCanBeInjected(_ text: String) throws {
    var parameters = ParameterValues()
    try parameters.set("x", to: .string(text))
    let parsed = Query.parse("{ .a = $x && .b = 1 } | count() > 1", parameters: parameters)
    let plain = Query.parse("{ .a = `safe` && .b = 1 } | count() > 1")
    let query = try #require(parsed.query)
    #expect(parsed.isValid)
    // The same tree but for the one string, also after printing and reading back.
    let again = try #require(Query.parse(query.description).query)
    #expect(again == query)
    let shape = TreePrinter.print(query).split(separator: "\n").count
    if !text.contains("\n") {
      #expect(shape == TreePrinter.print(try #require(plain.query)).split(separator: "\n").count)
    }
  }

  @Test func whatIsWrongWithAUse() throws {
    #expect(try error("{ .a = $x }") == "'$x' has no value")
    #expect(try error("{ .a = $minn }", "min=1") == "'$minn' has no value; did you mean '$min'?")
    #expect(try error("{ duration > $x }", "x=cart").contains("different types"))
    #expect(
      try error("{ } | rate() | topk($k)", "k=cart")
        == "'$k' is `cart`; here it must be a whole number")
    #expect(try error("{ } | rate() | topk($k)", "k=-1").contains("greater than 0"))
    #expect(try error("{ } | quantile(duration, $q) > 1s", "q=2").contains("between 0 and 1"))
    #expect(try error("{ } | quantile(duration, $q) > 1s", "q=-0.5").contains("between 0 and 1"))
    #expect(try error("{ } | quantile(duration, $q) > 1s", "q=1s").contains("expected a number"))
    #expect(try error("{ } | count() > $n", "n=cart").contains("'>'"))
    #expect(try error("{ $x = 1 }", "x=name").contains("different types"))
    #expect(try error("{ } | compare({ }, $n, -1, 5)", "n=5").contains("unexpected '-'"))
    #expect(try error("{ } | compare({ }, 5, $n, 5)", "n=-5").contains("positive"))
  }

  /// A field, an operator or a name cannot be a parameter.
  @Test(arguments: ["{ $ = 1 }", "{ .a $x 1 }", "{ } | $x", "{ } | by($x)", "{ span.$x. = 1 $ }"])
  func onlyValues(_ text: String) throws {
    #expect(try !error(text, "x=name").isEmpty)
  }

  @Test func usesAreReported() throws {
    let parsed = Query.parse("{ .a = $x || .b = $y || .c = $x } with (h=$z)")
    #expect(parsed.parametersUsed == ["x", "y", "z"])
    #expect(!parsed.isValid && !parsed.hasSyntaxError && parsed.query == nil)
    #expect(Query.parse("{ .a$x = 1 }").parametersUsed.isEmpty, "a name may hold the sign")
  }

  @Test func plainTempoHasNone() throws {
    let parsed = Query.parse(
      "{ .a = $x }", dialect: .tempo, parameters: try values(["x=1"]))
    #expect(
      parsed.firstError?.tempoMessage(source: "{ .a = $x }")
        == "parse error at line 1, col 8: syntax error: unexpected IDENTIFIER")
  }
}
