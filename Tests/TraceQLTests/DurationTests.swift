import Testing
import TraceQL

struct DurationTests {
  @Test(arguments: [
    ("1d12h30m", 131_400_000_000_000), ("1y2w3d4h5m6s7ms", 33_019_506_007_000_000),
    ("1.5h", 5_400_000_000_000), ("1h15m30.918273645s", 4_530_918_273_645),
    ("1s500us", 1_000_500_000), ("1m1h", 3_660_000_000_000), ("1s1s", 2_000_000_000),
    (".5s", 500_000_000), ("1.s", 1_000_000_000), ("0s", 0), ("1µs", 1_000), ("1us", 1_000),
    ("7ns", 7), ("1.9ns", 1), ("1w", 604_800_000_000_000), ("292y", 9_208_512_000_000_000_000),
    ("0.000000001s", 1), ("500ms", 500_000_000), ("2562047h47m16.854775807s", Int64.max),
  ])
  func values(_ written: String, _ nanoseconds: Int64) {
    #expect(DurationText.nanoseconds(Array(written.utf8)[...]) == nanoseconds)
    let tokens = Lexer.tokenize(Array(written.utf8)).tokens
    #expect(tokens.map(\.kind) == [.duration, .endOfInput])
  }

  @Test(arguments: [
    "1.5d", "1d1.5h", "1d500us", "1h1d", "300y", "1t", "1S", "1μs", "1", "s", "", "1s.", ".s",
    "1m1w", "1ms1d", "99999999999999999999s",
  ])
  func noDurations(_ written: String) {
    #expect(DurationText.nanoseconds(Array(written.utf8)[...]) == nil)
  }

  @Test(arguments: ["1t", "1.5d", "1mo", "10minutes", "1S", "1μs", "1 s", "1e3s", "300y"])
  func noDurationsInQueries(_ written: String) {
    #expect(Query.parse("{ duration > \(written) }").hasSyntaxError)
  }

  @Test(arguments: [
    (0, "0s"), (1, "1ns"), (1_100, "1.1µs"), (2_200_000, "2.2ms"), (3_300_000_000, "3.3s"),
    (245_000_000_000, "4m5s"), (245_001_000_000, "4m5.001s"), (18_367_001_000_000, "5h6m7.001s"),
    (3_600_000_000_000, "1h0m0s"), (480_000_000_001, "8m0.000000001s"), (-500, "-500ns"),
    (2_833_333_333, "2.833333333s"), (250_000_000, "250ms"), (60_000_000_000, "1m0s"),
    (Int64.max, "2562047h47m16.854775807s"), (Int64.min, "-2562047h47m16.854775808s"),
  ])
  func formatted(_ nanoseconds: Int64, _ expected: String) {
    #expect(GoDuration.format(nanoseconds: nanoseconds) == expected)
  }

  @Test func printedDurationsReadBack() {
    var random = SeededRandom(seed: 7)
    for _ in 0..<500 {
      let value = Int64(random.next() >> (1 + random.next() % 62))
      let text = GoDuration.format(nanoseconds: value)
      #expect(DurationText.nanoseconds(Array(text.utf8)[...]) == value, "\(text)")
    }
  }
}
