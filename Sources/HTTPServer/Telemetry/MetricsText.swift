/// The text that Prometheus collects, format 0.0.4.
struct MetricsText {
  private(set) var text = ""

  enum Kind: String { case counter, gauge, histogram }

  mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
  }

  mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
    text += name
    if !labels.isEmpty {
      text += "{" + labels.map { "\($0.0)=\"\(Self.escape($0.1))\"" }.joined(separator: ",") + "}"
    }
    text += " \(Self.number(value))\n"
  }

  /// A family of one sample without labels.
  mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
    family(name, kind, help)
    sample(name, [], value)
  }

  mutating func histogram(
    _ name: String, _ labels: [(String, String)], _ histogram: Telemetry.Histogram
  ) {
    var below = 0
    for (bound, count) in zip(Telemetry.Histogram.boundsSeconds, histogram.counts) {
      below += count
      sample(name + "_bucket", labels + [("le", Self.number(bound))], Double(below))
    }
    let all = histogram.counts.reduce(0, +)
    sample(name + "_bucket", labels + [("le", "+Inf")], Double(all))
    sample(name + "_sum", labels, Double(histogram.sumNanoseconds) / 1e9)
    sample(name + "_count", labels, Double(all))
  }

  /// Whole numbers without a fraction: counters are read by people too.
  private static func number(_ value: Double) -> String {
    if let whole = Int64(exactly: value) { return String(whole) }
    return String(value)
  }

  private static func escape(_ text: String) -> String {
    text.reduce(into: "") { escaped, character in
      switch character {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.append(character)
      }
    }
  }
}
