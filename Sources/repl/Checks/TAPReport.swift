import Wire

/// The outcomes of checks in the Test Anything Protocol, version 14 (testanything.org).
package enum TAPReport {
  package static func heading(checkCount: Int) -> String {
    "TAP version 14\n1..\(checkCount)" + (checkCount == 0 ? " # SKIP no checks" : "") + "\n"
  }

  /// The test point and, where there is something to say, its YAML block.
  package static func lines(_ outcome: CheckOutcome, number: Int) -> String {
    let name = escaped(outcome.fullName)
    switch outcome.status {
    case .passed:
      return "ok \(number) - \(name)\n" + yaml(outcome, [])
    case .skipped(let reason): return "ok \(number) - \(name) # SKIP \(escaped(reason))\n"
    case .broken(let reason):
      return "not ok \(number) - \(name)\n"
        + yaml(outcome, ["message: \(quoted(reason))", "severity: error"])
    case .failed(let failures):
      let first = failures.first.map { "expected \($0.expected), but \($0.found)" } ?? ""
      var lines = ["message: \(quoted(first))", "severity: fail", "failures:"]
      for failure in failures {
        lines += [
          "  - line: \(failure.line)", "    expected: \(quoted(failure.expected))",
          "    found: \(quoted(failure.found))",
        ]
        if !failure.rows.isEmpty { lines.append("    rows:") }
        lines += failure.rows.map { "      - \(quoted($0))" }
      }
      return "not ok \(number) - \(name)\n" + yaml(outcome, lines)
    }
  }

  private static func yaml(_ outcome: CheckOutcome, _ lines: [String]) -> String {
    let milliseconds = NumberText.fixed(Double(outcome.elapsedNanoseconds) / 1e6, places: 3)
    let all =
      ["---"] + lines + [
        "at:", "  file: \(quoted(outcome.file))", "  line: \(outcome.line)",
        "duration_ms: \(milliseconds)", "...",
      ]
    return all.map { "  \($0)\n" }.joined()
  }

  /// A description: one line, `#` and `\` escaped.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in PrintableText.escaped(text) {
      if character == "#" || character == "\\" { result += "\\" }
      result.append(character)
    }
    return result
  }

  /// A JSON string, which is YAML too.
  private static func quoted(_ text: String) -> String {
    var writer = JSONWriter(reservingBytes: text.utf8.count + 2)
    writer.string(text)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
