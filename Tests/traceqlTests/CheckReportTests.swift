import Testing
import traceql

private let outcomes = [
  CheckOutcome(
    file: "a/shop.check", name: "fast", line: 3, status: .passed, elapsedNanoseconds: 12_100_000),
  CheckOutcome(
    file: "a/shop.check", name: "no <errors> & \"such\" # 1", line: 7,
    status: .failed([
      .init(line: 9, expected: "none", found: "2 traces were found", rows: ["row \u{1B}[2J", "r"])
    ]), elapsedNanoseconds: 1_500_000),
  CheckOutcome(
    file: "b.check", name: "later", line: 1, status: .skipped("until # then"),
    elapsedNanoseconds: 0),
  CheckOutcome(
    file: "b.check", name: "slow", line: 5, status: .broken("stopped after 1.00 s"),
    elapsedNanoseconds: 1_000_000_000),
]

struct CheckReportTests {
  @Test func forPeople() {
    let report = CheckReport(style: .plain)
    #expect(
      outcomes.flatMap(report.lines) == [
        "  ✓ fast  12.1 ms",
        "  ✗ no <errors> & \"such\" # 1  1.50 ms",
        "      line 9: expected none",
        "      2 traces were found:",
        #"        row \u{1b}[2J"#,
        "        r",
        "  - later  skipped: until # then",
        "  ! slow  1.00 s",
        "      line 5: stopped after 1.00 s",
      ])
    #expect(
      report.footer(CheckCounts(outcomes), elapsedNanoseconds: 2_000_000)
        == "4 checks: 1 passed, 1 failed, 1 not answered, 1 skipped · 2.00 ms")
  }

  @Test func tap() {
    #expect(TAPReport.heading(checkCount: 4) == "TAP version 14\n1..4\n")
    #expect(
      TAPReport.lines(outcomes[1], number: 2) == """
        not ok 2 - a/shop.check: no <errors> & "such" \\# 1
          ---
          message: "expected none, but 2 traces were found"
          severity: fail
          failures:
            - line: 9
              expected: "none"
              found: "2 traces were found"
              rows:
                - "row \\u001b[2J"
                - "r"
          at:
            file: "a/shop.check"
            line: 7
          duration_ms: 1.500
          ...

        """)
    #expect(
      TAPReport.lines(outcomes[2], number: 3)
        == "ok 3 - b.check: later # SKIP until \\# then\n")
    #expect(TAPReport.lines(outcomes[3], number: 4).hasPrefix("not ok 4 - b.check: slow\n"))
  }

  @Test func junit() {
    #expect(
      JUnitReport.text(outcomes, startSeconds: 1_768_469_444) == """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="traceql check" tests="4" failures="1" errors="1" time="1.013600">
          <testsuite name="a/shop.check" tests="2" failures="1" errors="0" skipped="0" \
        time="0.013600" timestamp="2026-01-15T09:30:44">
            <testcase name="fast" classname="shop" file="a/shop.check" line="3" time="0.012100"/>
            <testcase name="no &lt;errors&gt; &amp; &quot;such&quot; # 1" classname="shop" \
        file="a/shop.check" line="7" time="0.001500">
              <failure type="expectation" message="expected none, but 2 traces were found">\
        line 9: expected none
        2 traces were found:
          row \\u{1b}[2J
          r</failure>
            </testcase>
          </testsuite>
          <testsuite name="b.check" tests="2" failures="0" errors="1" skipped="1" \
        time="1.000000" timestamp="2026-01-15T09:30:44">
            <testcase name="later" classname="b" file="b.check" line="1" time="0.000000">
              <skipped message="until # then"/>
            </testcase>
            <testcase name="slow" classname="b" file="b.check" line="5" time="1.000000">
              <error type="unanswered" message="stopped after 1.00 s"/>
            </testcase>
          </testsuite>
        </testsuites>

        """)
  }
}
