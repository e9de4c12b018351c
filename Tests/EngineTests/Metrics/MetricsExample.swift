import Oracle
import Testing

@testable import Engine

/// One worked example of the specification (traceql-metrics.md 18), typed from there.
///
/// `{}` is the data set. A range `[a, b]` is in seconds after T.
struct MetricsExample: Sendable, CustomTestStringConvertible {
  var number: Int
  var traces: [StoredTrace]
  var query: String
  var start: Double
  var end: Double
  /// Seconds; nil: an instant query.
  var step: Double?
  /// `{labels} +offset:value …`, in the order of answers.
  var expected: [String]
  /// Only some of the series are written down.
  var isExcerpt = false
  /// Where the answer is ours and not the specification's: why.
  var override: String?

  var testDescription: String { "\(number): \(query)" }

  static func range(
    _ number: Int, _ traces: [StoredTrace], _ query: String, _ start: Double, _ end: Double,
    step: Double = 10, _ expected: [String], excerpt: Bool = false, because: String? = nil
  ) -> MetricsExample {
    MetricsExample(
      number: number, traces: traces, query: query, start: start, end: end, step: step,
      expected: expected, isExcerpt: excerpt, override: because)
  }

  static func instant(
    _ number: Int, _ traces: [StoredTrace], _ query: String, _ start: Double, _ end: Double,
    _ expected: [String], excerpt: Bool = false, because: String? = nil
  ) -> MetricsExample {
    MetricsExample(
      number: number, traces: traces, query: query, start: start, end: end, step: nil,
      expected: expected, isExcerpt: excerpt, override: because)
  }

  func window() throws -> MetricsWindow {
    let base = ExampleTraces.base * ExampleTraces.second
    let rules = MetricsTimeRules(nowNanoseconds: base + 1_000 * ExampleTraces.second)
    let first = base + ExampleTraces.nanoseconds(start)
    let last = base + ExampleTraces.nanoseconds(end)
    guard let step else { return try rules.instant(start: first, end: last) }
    return try rules.range(start: first, end: last, step: ExampleTraces.nanoseconds(step))
  }

  static let all: [MetricsExample] = counts + values + keys + scopes + arithmetic + ranks + others

  /// Issue 7 and the specification differ; the issue holds.
  static let emptyIsMissing = "empty quantile and histogram intervals are missing, not 0"
  static let everyValueCounts =
    "zero, negative and float values are counted, in a bucket for <= 0 and by their value"
  static let samplesExactly = "an exact answer to a sampled query is always acceptable (13.1)"
}
