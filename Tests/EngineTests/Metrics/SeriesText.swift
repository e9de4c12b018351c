import Engine
import TraceQL

/// Series as the specification writes them: `{name=a, p=d:0.5} +10:3 +20:1`.
///
/// Offsets are seconds after `base`; a missing sample is not written. Integer, double and boolean
/// labels are marked `i:`, `d:`, `b:`.
struct SeriesText: Equatable, CustomStringConvertible {
  var labels: String
  var samples: [(offset: Double, value: Double)]

  init(_ series: MetricsSeries, _ window: MetricsWindow, base: UInt64) {
    labels =
      "{" + series.labels.map { "\($0.key)=\(Self.text($0.value))" }.joined(separator: ", ") + "}"
    samples = series.samples.enumerated().filter { !$0.element.isNaN }.map {
      let stamp = window.timestampNanoseconds(of: $0.offset)
      return ((Double(stamp) - Double(base)) / 1e9, $0.element)
    }
  }

  init(_ text: String) {
    let end = text.lastIndex(of: "}") ?? text.startIndex
    labels = String(text[...end])
    samples = text[text.index(after: end)...].split(separator: " ").map { word in
      let parts = word.split(separator: ":")
      return (Double(parts[0]) ?? .nan, Double(parts[1]) ?? .nan)
    }
  }

  private static func text(_ value: Value) -> String {
    switch value {
    case .int(let value): "i:\(value)"
    case .float(let value): value == value.rounded() ? "d:\(Int64(value))" : "d:\(value)"
    case .bool(let value): "b:\(value)"
    case .string(let value): value
    default: "?"
    }
  }

  var description: String {
    labels + samples.map { " +\($0.offset):\($0.value)" }.joined()
  }

  /// The last digit depends on the platform's logarithm.
  static func == (a: SeriesText, b: SeriesText) -> Bool {
    a.labels == b.labels && a.samples.count == b.samples.count
      && zip(a.samples, b.samples).allSatisfy { x, y in
        x.offset == y.offset
          && (x.value == y.value
            || (x.value - y.value).magnitude <= 1e-12 * max(x.value.magnitude, y.value.magnitude))
      }
  }
}
