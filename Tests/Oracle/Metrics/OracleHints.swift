/// Hints that change an answer: traceql-metrics.md 13. Read from the text, so that the rule about
/// several groups is not left to the parser.
package struct OracleHints {
  package var extrapolates = false
  /// Nil: no hint about them.
  package var exemplars: Int?

  package init(text: String) {
    // A later group replaces an earlier one.
    let text = text.replacing("with (", with: "with(")
    guard let group = text.ranges(of: "with(").last?.upperBound,
      let end = text[group...].firstIndex(of: ")")
    else { return }
    for hint in text[group..<end].split(separator: ",") {
      let parts = hint.split(separator: "=").map { $0.filter { $0 != " " } }
      guard parts.count == 2 else { continue }
      switch parts[0] {
      case "extrapolate": extrapolates = parts[1] == "true"
      case "exemplars":
        if let count = Int(parts[1]) { exemplars = max(0, count) }
        if parts[1] == "false" { exemplars = 0 }
      default: break
      }
    }
  }

  /// How many exemplars an answer has at most; `requested` 0: the request says nothing (12).
  package func exemplarsMax(requested: Int, most: Int) -> Int {
    if exemplars == 0 { return 0 }
    let wanted = exemplars ?? requested
    return wanted == 0 ? most : min(wanted, most)
  }
}
