import Testing
import TraceQL

struct LexerTests {
  private func kinds(_ text: String) -> [String] {
    Lexer.tokenize(Array(text.utf8)).tokens.dropLast().map(\.kind.rawValue)
  }

  private func failure(_ text: String) -> DiagnosticCode? {
    Lexer.tokenize(Array(text.utf8)).failure?.code
  }

  /// The attribute name in `{ <text> = 1 }`.
  private func name(_ text: String) -> String? {
    guard case .pipeline(let pipeline)? = Query.parse("{ \(text) = 1 }").query?.body,
      case .spanset(.filter(let filter))? = pipeline.stages.first,
      case .binary(_, let left, _) = filter.kind,
      case .field(.attribute(let attribute)) = left.kind
    else { return nil }
    return attribute.name
  }

  @Test func tokensAreSmall() {
    #expect(MemoryLayout<Token>.size <= 12)
  }

  @Test func longestOperatorWins() {
    let all = TokenKind.operators.map(\.rawValue)
    #expect(kinds(all.joined(separator: " ")) == all)
    #expect(kinds("!>=") == ["!>", "="])
    #expect(kinds("! >") == ["!", ">"])
    #expect(kinds("=-") == ["=", "-"])
    #expect(kinds("=!true") == ["=", "!", "true"])
    #expect(kinds(">>>") == [">>", ">"])
    #expect(kinds("& &>") == ["UNKNOWN", "&>"])
  }

  @Test(arguments: [
    (".a-1", "a-1"), (".a*2", "a*2"), (".a/2", "a/2"), (".a+b", "a+b"), (".a%", "a%"),
    (".a:b", "a:b"), (".a[0]", "a[0]"), (".a;b", "a;b"), (".a#b", "a#b"), (".日本", "日本"),
    ("..a", ".a"), ("span..a", ".a"), ("span.a.", "a."), ("span.resource.foo", "resource.foo"),
    (".true", "true"), (".nil", "nil"), (".count", "count"), (".duration", "duration"),
    (#".a"b c"d"#, "ab cd"), (#"span.attr."x y""#, "attr.x y"), (#"."a\"b""#, #"a"b"#),
    (#".a\b"#, #"a\b"#), (".a//b", "a//b"), ("parent.event.x", "event.x"),
    (#"parent."span.x""#, "span.x"), ("span.3x", "3x"), (#".x"y=z".t"#, "xy=z.t"),
  ])
  func attributeNames(_ written: String, _ expected: String) {
    #expect(name(written) == expected)
  }

  @Test(arguments: [".a>", ".a^", ".a=", ".a,", ".a(", ".a|", ".a&", ".a~", ".a{", ".a\u{A0}"])
  func terminatorsEndNames(_ text: String) {
    let tokens = Lexer.tokenize(Array(text.utf8)).tokens
    #expect(tokens[1].range.range == 1..<2)
  }

  @Test func scopesMustTouchTheirDotAndColon() {
    #expect(kinds("span.a") == ["span.", "END_ATTRIBUTE"])
    #expect(kinds("span .a") == ["IDENTIFIER", ".", "END_ATTRIBUTE"])
    #expect(kinds("parent.span.a") == ["parent.span.", "END_ATTRIBUTE"])
    #expect(kinds("parent.spanx.a") == ["parent.", "END_ATTRIBUTE"])
    #expect(kinds("span: name") == ["span:", "name"])
    #expect(kinds("span :name") == ["IDENTIFIER", "UNKNOWN", "name"])
    #expect(kinds("http.status = 1") == ["BARE_NAME", "=", "INTEGER"])
    #expect(kinds("error.type") == ["BARE_NAME"])
  }

  @Test func blanksAndComments() {
    #expect(kinds("\t\r\n 1 // two\n2 /* 3 */ 4") == ["INTEGER", "INTEGER", "INTEGER"])
    #expect(kinds("\u{FEFF}{") == ["{"])
    #expect(kinds("{\u{FEFF}") == ["{", "UNKNOWN"])
    #expect(kinds("1\u{A0}2") == ["INTEGER", "UNKNOWN", "INTEGER"])
    #expect(kinds("1\u{0B}2") == ["INTEGER", "UNKNOWN", "INTEGER"])
    #expect(failure("{ /* } ") == .unterminatedComment)
    #expect(failure("{ \0 }") == .zeroByte)
  }

  @Test(arguments: [
    (#""a\a\b\f\n\r\t\v\\\"""#, "a\u{7}\u{8}\u{C}\n\r\t\u{B}\\\""), (#""\101\x42\u0043""#, "ABC"),
    (#""\U0001F680""#, "🚀"), ("`a\\n\r`", "a\\n"), ("`two\nlines`", "two\nlines"),
  ])
  func strings(_ written: String, _ expected: String) {
    #expect(Lexer.string(spelledBy: Array(written.utf8)[...]) == expected)
    #expect(kinds(written) == ["STRING"])
  }

  @Test(arguments: [
    #""\'""#, #""\`""#, #""\q""#, #""\18""#, #""\x4""#, #""\u004""#, #""\uD800""#, #""\400""#,
  ])
  func wrongEscapes(_ written: String) {
    #expect(failure(written) == .invalidEscape)
  }

  @Test func stringsEnd() {
    #expect(failure("\"a\nb\"") == .unterminatedString)
    #expect(failure("`a") == .unterminatedString)
    #expect(failure("\"a\\") == .unterminatedString)
    #expect(failure(#"."a"#) == .unterminatedName)
    #expect(failure(#"."a\nb""#) == .invalidNameEscape)
    #expect(kinds("'a'") == ["UNKNOWN", "IDENTIFIER", "UNKNOWN"])
  }

  @Test func numbers() {
    #expect(kinds("0 10 010 9223372036854775807") == Array(repeating: "INTEGER", count: 4))
    #expect(kinds("1.5 1. .5 1e3 1.5E-3") == Array(repeating: "FLOAT", count: 5))
    #expect(failure("9223372036854775808") == .integerOutOfRange("9223372036854775808"))
    #expect(failure("1e999") == .floatOutOfRange("1e999"))
    for text in ["0x10", "0b1", "0o7", "1_000"] { #expect(failure(text) == .invalidNumber(text)) }
  }

  @Test func identifiers() {
    #expect(kinds("größe _a a1 NaN Inf") == Array(repeating: "IDENTIFIER", count: 5))
    #expect(kinds("TRUE Name ERROR") == Array(repeating: "IDENTIFIER", count: 3))
    #expect(kinds("🚀") == ["UNKNOWN"])
  }
}
