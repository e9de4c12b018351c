import Server
import TestSupport
import Testing

@testable import HTTPServer

@Suite("Logs and counts")
struct LogTests {
  @Test(
    "values that would tear a line apart are quoted",
    arguments: [
      ("plain", "plain"), ("a/b-c_d.e:1", "a/b-c_d.e:1"), ("", "\"\""), ("a b", "\"a b\""),
      ("a=b", "\"a=b\""), ("\"", "\"\\\"\""), ("a\nlevel=error", "\"a\\nlevel=error\""),
      ("a\r", "\"a\\r\""), ("\u{1B}[31m", "\"\\u001b[31m\""), ("\u{7F}", "\"\\u007f\""),
      ("é", "\"é\""), ("\u{9B}2J", "\"\\u009b2J\""), ("\u{202E}x", "\"\\u202ex\""),
    ])
  func quoting(_ text: String, _ shown: String) { #expect(Log.quoted(text) == shown) }

  @Test("no text makes a second line, a second field or an escape sequence", arguments: 0..<50)
  func injection(seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    let text = String(decoding: random.bytes(count: random.integer(0...60)), as: UTF8.self)
    let shown = Log.quoted(text)
    // Neither control characters nor those that some programs take for ends of lines.
    let ends: [Unicode.Scalar] = ["\u{85}", "\u{9B}", "\u{202E}", "\u{2028}", "\u{2029}"]
    #expect(!shown.unicodeScalars.contains { $0.value < 0x20 || ends.contains($0) })
    #expect(shown.hasPrefix("\"") || !shown.contains(where: { $0 == " " || $0 == "=" }))
  }

  @Test(
    "times",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (951_782_400_001_999_999, "2000-02-29T00:00:00.001Z"),
      (1_768_435_205_040_000_000, "2026-01-15T00:00:05.040Z"),
    ])
  func times(_ nanoseconds: Int64, _ shown: String) {
    #expect(LogTime.text(unixNanoseconds: nanoseconds) == shown)
  }

  @Test(
    "sizes for people",
    arguments: [
      (0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 kB"), (9_949, "9.9 kB"), (9_950, "10 kB"),
      (626_744, "627 kB"), (999_499, "999 kB"), (999_500, "1.0 MB"), (1_400_000_000, "1.4 GB"),
      (Int.max, "9223 PB"),
    ])
  func sizes(_ bytes: Int, _ shown: String) { #expect(TraceServer.size(bytes) == shown) }

  @Test("Prometheus text")
  func metrics() {
    var text = MetricsText()
    text.family("m", .gauge, "What it is.")
    text.sample("m", [("a", "x\\\"\n")], 1.5)
    text.sample("m", [], 1e15)
    #expect(
      text.text == """
        # HELP m What it is.
        # TYPE m gauge
        m{a="x\\\\\\"\\n"} 1.5
        m 1000000000000000

        """)
  }

  @Test("histograms count what is at or below each bound")
  func histogram() {
    var histogram = Telemetry.Histogram()
    for nanoseconds in [500_000, 500_001, 1_000_000, 200_000_000_000] as [UInt64] {
      histogram.add(nanoseconds: nanoseconds)
    }
    var text = MetricsText()
    text.histogram("h", [("r", "x")], histogram)
    for line in [
      "h_bucket{r=\"x\",le=\"0.0005\"} 1", "h_bucket{r=\"x\",le=\"0.001\"} 3",
      "h_bucket{r=\"x\",le=\"100\"} 3", "h_bucket{r=\"x\",le=\"+Inf\"} 4", "h_count{r=\"x\"} 4",
      "h_sum{r=\"x\"} 200.002000001",
    ] {
      #expect(text.text.split(separator: "\n").contains(Substring(line)), "\(line)")
    }
  }
}
