import Testing
import TraceQL

struct PatternTests {
  @Test(arguments: [
    "", "a", "a.*", "^a$", "(a|b)*", "[a-z]", "[^a]", "[]a]", "[a-]", "[[:alpha:]x]",
    "[[:^alpha:]]", "a{2,3}",
    "a{,2}", "a{", "x{2}{", "(?i)a", "(?s).*", "(?-s:.)", "(?P<n>a)", "(?<n>a)", "(?:a)",
    "(?im-sU:a)", #"\d\w\s\b"#,
    #"\pL"#, #"\p{Greek}"#, #"\P{^Lu}"#, #"\x41\x{1F600}"#, #"\Qa(b\E"#, #"\Q("#, #"\012"#, #"\12"#,
    #"\."#, #"\_"#,
    #"[\d\-\]]"#, "a*?", "a{1000}", "^*", "(a{10}){100}", "|", "a||b", "()", "(?i)(?s)", "a(?i)*",
    "[a-b-c]",
    #"[\x41-\x5A]"#, "]", "}",
  ])
  func accepted(_ pattern: String) {
    #expect(PatternSyntax.fault(in: pattern) == nil)
  }

  @Test(arguments: [
    ("[", PatternSyntax.Fault.missingBracket), ("(", .missingParenthesis),
    (")", .unexpectedParenthesis),
    ("*", .nothingToRepeat), ("a|*", .nothingToRepeat), ("(*)", .nothingToRepeat),
    ("a**", .doubleRepetition),
    ("a+*", .doubleRepetition), ("a??*", .doubleRepetition), ("a{1001}", .repetitionTooLarge),
    ("(a{100}){100}", .repetitionTooLarge), ("a{3,2}", .badRepetition), ("(?=a)", .lookAround),
    ("(?!a)", .lookAround),
    ("(?<=a)", .lookAround), ("(?<!a)", .lookAround), (#"\1"#, .backReference),
    (#"(a)\1"#, .backReference),
    (#"\y"#, .badEscape), (#"\x4"#, .badEscape), (#"\x{110000}"#, .badEscape),
    (#"a\"#, .trailingBackslash),
    (#"\p{Nope}"#, .badUnicodeClass), ("[z-a]", .badClass), ("[[:nope:]]", .badClass),
    ("(?z)", .badGroup),
    ("(?P=n)", .badGroup), ("(?i-)", .badGroup), ("[a", .missingBracket),
    (#"[a\"#, .trailingBackslash), ("(?i", .missingParenthesis),
    ("(?P<>a)", .badGroup), (#"\k<n>"#, .backReference), ("{2}", .nothingToRepeat),
  ])
  func refused(_ pattern: String, _ fault: PatternSyntax.Fault) {
    #expect(PatternSyntax.fault(in: pattern) == fault)
  }

  @Test func deepNestingEnds() {
    let open = String(repeating: "(", count: 100_000)
    #expect(PatternSyntax.fault(in: open) == .tooDeep)
  }

  @Test func plainText() {
    #expect(PatternSyntax.isPlainText("abc-ü"))
    for pattern in ["a.", "a*", "[a", "a\\", "^", "$", "a|b", "a{2}", "(a)"] {
      #expect(!PatternSyntax.isPlainText(pattern))
    }
  }
}
