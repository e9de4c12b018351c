import Testing
import traceql

// Widths as xterm and the Unicode Standard Annex 11 have them.
@Test(
  arguments: [
    ("abc", 3), ("", 0), ("naïve", 5), ("e\u{301}", 1),
    ("日本語", 6), ("한국", 4), ("ｆ", 2),
    ("🚀", 2),
    ("👩‍👩‍👧", 2), ("👍🏽", 2), ("🇩🇪", 2), ("❤️", 2), ("✓", 1), ("a\u{200B}b", 2), ("│└─", 3),
    ("…", 1), ("µ", 1),
  ] as [(String, Int)])
func widthIsWhatTheTerminalShows(text: String, columns: Int) {
  #expect(DisplayWidth.of(text) == columns)
}

@Test(
  arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"),
    ("abc", 1, "…"), ("abc", 0, ""), ("👩‍👩‍👧👩‍👩‍👧", 3, "👩‍👩‍👧…"),
  ] as [(String, Int, String)])
func textIsCutBetweenCharacters(text: String, width: Int, expected: String) {
  #expect(DisplayWidth.truncated(text, to: width) == expected)
}

@Test func linesAreBrokenAtBlanks() {
  #expect(DisplayWidth.wrapped("one two three", to: 7) == ["one two", "three"])
  #expect(DisplayWidth.wrapped("immeasurable x", to: 4) == ["immeasurable", "x"])
  #expect(DisplayWidth.wrapped("", to: 4) == [""])
}

@Test(arguments: [
  ("plain", "plain"), ("a\nb\tc", #"a\nb\tc"#), ("\u{1B}[31mred", #"\u{1b}[31mred"#),
  ("x\u{202E}y", #"x\u{202e}y"#), ("é日", "é日"), ("\u{9B}31m", #"\u{9b}31m"#),
])
func valuesCannotCommandTheTerminal(text: String, expected: String) {
  #expect(PrintableText.escaped(text) == expected)
}

@Test(
  arguments: [
    (0, "0"), (999, "999"), (1_145, "1,145"), (12_345_678, "12,345,678"), (-1_000, "-1,000"),
    (.min, "-9,223,372,036,854,775,808"),
  ] as [(Int, String)])
func numbersAreGrouped(value: Int, expected: String) {
  #expect(NumberText.grouped(value) == expected)
}

@Test(
  arguments: [
    (0, "0 B"), (999, "999 B"), (1_000, "1.00 kB"), (12_100_000, "12.1 MB"),
    (165_000_000, "165 MB"),
    (999_600, "1.00 MB"), (1_450_000_000, "1.45 GB"),
  ] as [(Int, String)])
func bytesAreShort(count: Int, expected: String) {
  #expect(NumberText.bytes(count) == expected)
}

@Test func summarySaysHowMuchIsShown() {
  var summary = AnswerSummary(
    shownCount: 20, matchedCount: 1_145, matchedCountIsExact: true, spansInspected: 12_345,
    elapsedNanoseconds: 61_000_000, bytesRead: 12_100_000, bytesTotal: 165_000_000,
    limit: 20)
  #expect(
    summary.text
      == "20 of 1,145 traces · 12,345 spans inspected · 61.0 ms"
      + " · 12.1 MB of 165 MB read; --limit 0 shows all"
  )
  summary.matchedCountIsExact = false
  #expect(summary.count == "20 of 1,145 or more traces")
  summary.matchedCount = 20
  #expect(summary.count == "the newest 20 traces, there may be more")
  summary.matchedCountIsExact = true
  #expect(summary.count == "20 traces" && summary.advice == nil)
  (summary.shownCount, summary.matchedCount) = (0, 0)
  #expect(summary.count == "no traces")
  summary.matchedCountIsExact = false
  #expect(summary.count == "no traces so far" && summary.advice == nil)
}

@Test func progressFitsItsLine() {
  var numbers = ProgressText.Numbers(
    unitsDone: 12, unitsTotal: 48, spansInspected: 6_820_000, bytesRead: 240_000_000,
    tracesMatched: 37, elapsedNanoseconds: 2_000_000_000)
  #expect(
    ProgressText.line(numbers, width: 100)
      == "12 of 48 units · 3.41 M spans/s · 120 MB/s · 37 traces matched · 2.0 s")
  #expect(ProgressText.line(numbers, width: 12) == "12 of 48 u…")
  numbers.unitsTotal = 0
  #expect(ProgressText.line(numbers, width: 100) == "preparing · 2.0 s")
}
