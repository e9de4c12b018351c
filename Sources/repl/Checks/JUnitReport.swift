/// The outcomes of checks as JUnit XML, in the form that Jenkins, GitLab and others read.
package enum JUnitReport {
  /// `startSeconds`: Unix seconds when the checks began.
  package static func text(_ outcomes: [CheckOutcome], startSeconds: UInt64) -> String {
    var files: [String] = []
    for outcome in outcomes where files.last != outcome.file { files.append(outcome.file) }
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text += "<testsuites name=\"traceql check\"\(totals(outcomes, withSkipped: false))>\n"
    for file in files {
      let own = outcomes.filter { $0.file == file }
      let start = CivilTime(unixNanoseconds: startSeconds * 1_000_000_000, zone: .utc)
      let stamp = start.rfc3339.prefix(19)
      text += "  <testsuite name=\"\(escaped(file))\"\(totals(own, withSkipped: true))"
      text += " timestamp=\"\(stamp)\">\n"
      text += own.map(testcase).joined()
      text += "  </testsuite>\n"
    }
    return text + "</testsuites>\n"
  }

  private static func totals(_ outcomes: [CheckOutcome], withSkipped: Bool) -> String {
    let counts = CheckCounts(outcomes)
    let elapsed = outcomes.reduce(0) { $0 + $1.elapsedNanoseconds }
    return " tests=\"\(counts.total)\" failures=\"\(counts.failed)\" errors=\"\(counts.broken)\""
      + (withSkipped ? " skipped=\"\(counts.skipped)\"" : "") + " time=\"\(seconds(elapsed))\""
  }

  private static func testcase(_ outcome: CheckOutcome) -> String {
    // The class is what reports group by: the file without its folder and ending.
    let base = outcome.file.split(separator: "/").last.map(String.init) ?? outcome.file
    let group = base.hasSuffix(".check") ? String(base.dropLast(6)) : base
    let head =
      "    <testcase name=\"\(escaped(outcome.name))\" classname=\"\(escaped(group))\""
      + " file=\"\(escaped(outcome.file))\" line=\"\(outcome.line)\""
      + " time=\"\(seconds(outcome.elapsedNanoseconds))\""
    switch outcome.status {
    case .passed: return head + "/>\n"
    case .skipped(let reason):
      return head + ">\n      <skipped message=\"\(escaped(reason))\"/>\n    </testcase>\n"
    case .broken(let reason):
      return head + ">\n      <error type=\"unanswered\" message=\"\(escaped(reason))\"/>\n"
        + "    </testcase>\n"
    case .failed(let failures):
      let elements = failures.map { failure in
        let message = escaped("expected \(failure.expected), but \(failure.found)")
        let body = CheckReport.text(failure).map(escaped).joined(separator: "\n")
        return "      <failure type=\"expectation\" message=\"\(message)\">\(body)</failure>\n"
      }
      return head + ">\n" + elements.joined() + "    </testcase>\n"
    }
  }

  private static func seconds(_ nanoseconds: UInt64) -> String {
    NumberText.fixed(Double(nanoseconds) / 1e9, places: 6)
  }

  private static func escaped(_ text: String) -> String { SVGDrawing.escaped(text) }
}
