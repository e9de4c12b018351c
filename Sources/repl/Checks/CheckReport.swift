/// The outcomes of checks as people read them.
package struct CheckReport {
  package var style: TextStyle

  package init(style: TextStyle) { self.style = style }

  /// The line above the checks of a file.
  package func heading(_ file: String) -> String {
    style.apply(.bold, to: PrintableText.escaped(file))
  }

  package func lines(_ outcome: CheckOutcome) -> [String] {
    let name = PrintableText.escaped(outcome.name)
    let length = DurationText.format(nanoseconds: Int64(clamping: outcome.elapsedNanoseconds))
    let time = "  " + style.apply(.dim, to: length)
    switch outcome.status {
    case .passed: return ["  " + style.apply(.green, to: "✓") + " \(name)\(time)"]
    case .skipped(let reason):
      let why = reason.isEmpty ? "skipped" : "skipped: \(PrintableText.escaped(reason))"
      return ["  - \(name)  " + style.apply(.dim, to: why)]
    case .broken(let reason):
      return [
        "  " + style.apply(.red, to: "!") + " \(name)\(time)",
        "      line \(outcome.line): \(PrintableText.escaped(reason))",
      ]
    case .failed(let failures):
      return ["  " + style.apply(.red, to: "✗") + " \(name)\(time)"]
        + failures.flatMap(Self.text).map { "      " + $0 }
    }
  }

  /// An expectation, what came, and the first wrong rows.
  static func text(_ failure: CheckOutcome.Failure) -> [String] {
    [
      "line \(failure.line): expected \(PrintableText.escaped(failure.expected))",
      PrintableText.escaped(failure.found) + (failure.rows.isEmpty ? "" : ":"),
    ] + failure.rows.map { "  " + PrintableText.escaped($0) }
  }

  package func footer(_ counts: CheckCounts, elapsedNanoseconds: UInt64) -> String {
    let text =
      counts.text + " · " + DurationText.format(nanoseconds: Int64(clamping: elapsedNanoseconds))
    return style.apply(counts.failed + counts.broken > 0 ? .red : .green, to: text)
  }
}
