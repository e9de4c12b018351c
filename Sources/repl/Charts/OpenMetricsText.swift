package import Engine
package import TraceQL

/// Series as OpenMetrics text, which Prometheus imports
/// (`promtool tsdb create-blocks-from openmetrics`).
package enum OpenMetricsText {
  /// The lines before the samples.
  package static func heading(_ query: Query) -> String {
    let name = metricName(query)
    let help = escaped(query.description, quotes: true)
    return "# TYPE \(name) gauge\n# HELP \(name) \(help)\n"
  }

  package static let ending = "# EOF\n"

  /// The samples there are of one series; those of an instant query have no time.
  package static func samples(
    _ series: MetricsSeries, of query: Query, window: MetricsWindow
  ) -> String {
    let start = metricName(query) + labels(series.labels) + " "
    var text = ""
    for (interval, sample) in series.samples.enumerated() where !sample.isNaN {
      text += start + number(sample)
      if !window.isInstant {
        text += " " + seconds(window.timestampNanoseconds(of: interval))
      }
      text += "\n"
    }
    return text
  }

  /// `traceql_` and the function, with `_seconds` where that is what the samples are.
  static func metricName(_ query: Query) -> String {
    guard case .metrics(let expression) = query.body else { return "traceql_value" }
    let unit = MetricsUnit(expression) == .seconds ? "_seconds" : ""
    guard let pipeline = expression.solePipeline else { return "traceql_value" + unit }
    let function = pipeline.function.description.prefix { $0 != "(" }
    return "traceql_\(function)\(unit)"
  }

  private static func labels(_ labels: [NamedValue]) -> String {
    var seen: [String: Int] = [:]
    let pairs = labels.compactMap { label -> String? in
      guard label.key != "__name__" else { return nil }
      var name = labelName(label.key)
      let count = seen[name, default: 0]
      seen[name] = count + 1
      if count > 0 { name += "_\(count + 1)" }
      return "\(name)=\"\(escaped(Cell(label.value).exact, quotes: true))\""
    }
    return pairs.isEmpty ? "" : "{" + pairs.joined(separator: ",") + "}"
  }

  /// Letters, digits and `_`, no digit first; two `_` first are reserved.
  static func labelName(_ key: String) -> String {
    var name = ""
    for scalar in key.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_": name.unicodeScalars.append(scalar)
      default: name += "_"
      }
    }
    while name.hasPrefix("_") { name.removeFirst() }
    guard let first = name.utf8.first else { return "label" }
    return (48...57).contains(first) ? "_" + name : name
  }

  private static func number(_ value: Double) -> String {
    value.isInfinite ? (value < 0 ? "-Inf" : "+Inf") : value.description
  }

  /// Unix seconds; a fraction where there is one.
  private static func seconds(_ nanoseconds: UInt64) -> String {
    let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    guard rest > 0 else { return String(whole) }
    let digits = String(rest)
    var fraction = String(repeating: "0", count: 9 - digits.count) + digits
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return "\(whole).\(fraction)"
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"" where quotes: result += "\\\""
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension MetricsExpression {
  /// The pipeline of a query without arithmetic.
  package var solePipeline: MetricsPipeline? {
    switch self {
    case .series(let pipeline): pipeline
    case .staged(let inner, _): inner.solePipeline
    case .constant, .binary: nil
    }
  }
}
