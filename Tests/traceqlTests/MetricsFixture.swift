import Engine
import TraceQL
import traceql

/// Answers of metrics queries made to order.
enum MetricsFixture {
  /// 2026-01-15T09:30:00Z
  static let start: UInt64 = 1_768_469_400_000_000_000

  /// Intervals of a minute; the first sample is stamped `start`.
  static func window(_ count: Int, isInstant: Bool = false) -> MetricsWindow {
    let step: UInt64 = 60_000_000_000
    return MetricsWindow(
      start: start - step, end: start + UInt64(count - 1) * step,
      step: isInstant ? UInt64(count) * step : step, isInstant: isInstant)
  }

  static func series(_ labels: [(String, Value)], _ samples: Double...) -> MetricsSeries {
    MetricsSeries(
      labels: labels.map { NamedValue(key: $0.0, value: $0.1) }, samples: samples)
  }

  static func result(_ series: [MetricsSeries], isInstant: Bool = false) -> MetricsResult {
    let count = series.first?.samples.count ?? 1
    return MetricsResult(series: series, window: window(count, isInstant: isInstant))
  }

  static func query(_ text: String) -> Query {
    guard let query = Query.parse(text).query else { preconditionFailure("a good query: \(text)") }
    return query
  }

  static func expression(_ text: String) -> MetricsExpression {
    guard case .metrics(let expression) = query(text).body else {
      preconditionFailure("a metrics query: \(text)")
    }
    return expression
  }
}
