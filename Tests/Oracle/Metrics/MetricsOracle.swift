import Foundation
package import TraceQL

/// Metrics queries, span by span: traceql-metrics.md, with what goes beyond it (empty intervals of
/// quantiles and histograms are missing; zero, negative and float values are counted).
package struct MetricsOracle {
  let traces: [OracleTrace]
  /// Unix nanoseconds; intervals are open on the left and closed on the right.
  let start: Int64
  let step: Int64
  let intervalCount: Int

  package init(_ store: OracleStore, start: Int64, step: Int64, intervalCount: Int) {
    traces = store.whole
    self.start = start
    self.step = step
    self.intervalCount = intervalCount
  }

  /// Series with at least one sample, in no order.
  package func series(_ query: Query) -> [OracleSeries] {
    guard case .metrics(let expression) = query.body,
      case .series(let series) = evaluate(expression)
    else { return [] }
    return series.filter(\.hasSamples)
  }

  enum Operand {
    case number(Double)
    case series([OracleSeries])
  }

  private func evaluate(_ expression: MetricsExpression) -> Operand {
    switch expression {
    case .constant(let value): return .number(value)
    case .series(let pipeline):
      return .series(pipeline.secondStages.reduce(function(pipeline)) { apply($1, to: $0) })
    case .staged(let inner, let stages):
      guard case .series(let series) = evaluate(inner) else { return evaluate(inner) }
      return .series(stages.reduce(series) { apply($1, to: $0) })
    case .binary(let op, let left, let right):
      return combine(op, evaluate(left), evaluate(right))
    }
  }

  // MARK: First stage

  /// A span that counts, in its interval.
  private struct Observation {
    var place: Place
    var interval: Int
  }

  private func observations(_ pipeline: Pipeline) -> [Observation] {
    traces.flatMap { trace -> [Observation] in
      let oracle = PipelineOracle(trace: trace)
      return oracle.run(pipeline, on: [oracle.everything]).flatMap(\.spans).compactMap { span in
        let moment = trace.spans[span].stored.start
        guard moment > start, moment <= start + step * Int64(intervalCount) else { return nil }
        // ceil((ts - A) / step) - 1 (2.4)
        let interval = Int((moment - start + step - 1) / step) - 1
        return Observation(place: Place(trace, span), interval: interval)
      }
    }
  }

  private func function(_ pipeline: MetricsPipeline) -> [OracleSeries] {
    let observed = observations(pipeline.pipeline)
    var groups: [(labels: [(key: String, value: OracleValue)], spans: [Observation])] = []
    var known: [String: Int] = [:]
    let adds = pipeline.function.addsLabel
    for observation in observed {
      let labels = labels(pipeline.groupBy, observation.place, addsLabel: adds)
      let text = OracleSeries(labels: labels, samples: []).text
      if known[text] == nil {
        known[text] = groups.count
        groups.append((labels, []))
      }
      groups[known[text] ?? 0].spans.append(observation)
    }
    if groups.isEmpty && pipeline.groupBy.isEmpty && pipeline.function.counts {
      groups = [([], [])]
    }
    return groups.flatMap { group -> [OracleSeries] in
      let name: [(key: String, value: OracleValue)] =
        pipeline.groupBy.isEmpty && !adds
        ? [("__name__", .string(pipeline.function.name))] : []
      return series(pipeline.function, group.labels + name, group.spans)
    }
  }

  /// Missing values are left out; where nothing is left the first field stays, as "nil" (4.2).
  private func labels(
    _ fields: [Field], _ place: Place, addsLabel: Bool
  ) -> [(key: String, value: OracleValue)] {
    let all = fields.map { (key: "\($0)", value: place.value($0).label) }
    let present = all.filter { !$0.value.isNil }
    if present.isEmpty, !addsLabel, let first = all.first { return [(first.key, .string("nil"))] }
    return present
  }

  private func series(
    _ function: MetricsFunction, _ labels: [(key: String, value: OracleValue)],
    _ spans: [Observation]
  ) -> [OracleSeries] {
    func each(_ combine: ([Observation]) -> Double) -> [Double] {
      (0..<intervalCount).map { interval in combine(spans.filter { $0.interval == interval }) }
    }
    func numbers(_ field: Field, _ combine: ([Double]) -> Double) -> [OracleSeries] {
      let samples = each { spans in
        let values = spans.compactMap { number(field, $0.place) }
        return values.isEmpty ? .nan : combine(values)
      }
      return [OracleSeries(labels: labels, samples: samples)].filter(\.hasSamples)
    }
    /// Durations are whole nanoseconds (3.2): their total has no rounding before it is shown.
    func totals(_ field: Field, _ combine: (Double, Int) -> Double) -> [OracleSeries] {
      let samples = each { spans in
        let values = spans.compactMap { number(field, $0.place) }
        let nanoseconds = spans.compactMap { wholeNanoseconds(field, $0.place) }
        if values.isEmpty { return .nan }
        let isExact = nanoseconds.count == values.count
        let total =
          isExact
          ? Double(nanoseconds.reduce(Int128(0)) { $0 + Int128($1) }) / 1e9 : values.reduce(0, +)
        return combine(total, values.count)
      }
      return [OracleSeries(labels: labels, samples: samples)].filter(\.hasSamples)
    }
    switch function {
    case .countOverTime:
      return [OracleSeries(labels: labels, samples: each { Double($0.count) })]
    case .rate:
      let seconds = Double(step) / 1e9
      return [OracleSeries(labels: labels, samples: each { Double($0.count) * (1 / seconds) })]
    case .minOverTime(let field): return numbers(field) { $0.min() ?? .nan }
    case .maxOverTime(let field): return numbers(field) { $0.max() ?? .nan }
    case .sumOverTime(let field): return totals(field) { total, _ in total }
    case .averageOverTime(let field): return totals(field) { $0 / Double($1) }
    case .histogramOverTime(let field):
      let values = each { Double($0.count { number(field, $0.place) != nil }) }
      let buckets = Set(spans.compactMap { bucket(field, $0.place) })
      return buckets.sorted().map { bucket in
        let counts = each { Double($0.count { self.bucket(field, $0.place) == bucket }) }
        // An interval in which the group has nothing at all is missing.
        return OracleSeries(
          labels: labels + [("__bucket", .float(bucket))],
          samples: zip(counts, values).map { $1 == 0 ? .nan : $0 })
      }
    case .quantileOverTime(let field, let ranks):
      var seen: Set<Double> = []
      return ranks.filter { seen.insert($0).inserted }.compactMap { rank in
        var result = OracleSeries(labels: labels + [("p", .float(rank))], samples: [])
        result.bounds = (0..<intervalCount).map { interval in
          let inside = spans.filter { $0.interval == interval }
          return Self.bounds(rank, inside.compactMap { number(field, $0.place) })
        }
        result.samples = result.bounds.map { $0?.lowerBound ?? .nan }
        return result.hasSamples ? result : nil
      }
    case .compare: return []
    }
  }

  /// Within 1 % of the values that stand at the rank, whichever way ranks are counted.
  private static func bounds(_ rank: Double, _ values: [Double]) -> ClosedRange<Double>? {
    if values.isEmpty { return nil }
    let sorted = values.sorted()
    let position = rank * Double(sorted.count - 1)
    let nearest = max(1, Int((rank * Double(sorted.count)).rounded(.up))) - 1
    let at = [Int(position.rounded(.down)), Int(position.rounded(.up)), nearest]
    let low = sorted[at.min() ?? 0]
    let high = sorted[min(at.max() ?? 0, sorted.count - 1)]
    return low - abs(low) * 0.010001...high + abs(high) * 0.010001
  }

  // MARK: Values

  /// Seconds of durations (3.2); nil for what is no number.
  private func number(_ field: Field, _ place: Place) -> Double? {
    switch argument(field, place) {
    case .duration(let nanoseconds): return Double(nanoseconds) / 1e9
    case .int(let value): return Double(value)
    case .float(let value): return value.isNaN ? nil : value
    default: return nil
    }
  }

  private func wholeNanoseconds(_ field: Field, _ place: Place) -> Int64? {
    if case .duration(let value) = argument(field, place) { value } else { nil }
  }

  /// An unscoped name is looked for in every scope.
  private func argument(_ field: Field, _ place: Place) -> OracleValue {
    guard case .attribute(let attribute) = field, attribute.scope == .unscoped else {
      return place.value(field)
    }
    let name = attribute.name
    let own = place.span.stored.attributes + place.span.resource
    if own.contains(where: { $0.key == name }) { return place.value(field) }
    let others: [Attribute.Scope] = [.event, .link, .instrumentation]
    let values = others.map { place.value(Field.attribute(Attribute($0, name))) }
    return values.first { !$0.isNil } ?? .none
  }

  /// The smallest power of two that is not less; 0 for what is not above 0. Of nanoseconds, given
  /// in seconds.
  private func bucket(_ field: Field, _ place: Place) -> Double? {
    func power(_ value: Double) -> Double {
      value <= 0 ? 0 : pow(2, log2(value).rounded(.up))
    }
    switch argument(field, place) {
    case .duration(let nanoseconds): return power(Double(nanoseconds)) / 1e9
    case .int(let value): return power(Double(value))
    case .float(let value): return value.isNaN ? nil : power(value)
    default: return nil
    }
  }
}

extension MetricsFunction {
  /// Whether series carry a label of the function's own.
  fileprivate var addsLabel: Bool {
    switch self {
    case .histogramOverTime, .quantileOverTime: true
    default: false
    }
  }

  /// Whether no span at all is a value: 0.
  fileprivate var counts: Bool { self == .rate || self == .countOverTime }

  fileprivate var name: String {
    switch self {
    case .rate: "rate"
    case .countOverTime: "count_over_time"
    case .minOverTime: "min_over_time"
    case .maxOverTime: "max_over_time"
    case .sumOverTime: "sum_over_time"
    case .averageOverTime: "avg_over_time"
    case .histogramOverTime: "histogram_over_time"
    case .quantileOverTime: "quantile_over_time"
    case .compare: "compare"
    }
  }
}
