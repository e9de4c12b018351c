package import TraceQL

/// Metrics queries, span by span: traceql-metrics.md, with what goes beyond it (empty intervals of
/// quantiles and histograms are missing; zero, negative and float values are counted).
package struct MetricsOracle {
  package enum Quantiles: Sendable {
    /// Anything within the promised error of the exact value.
    case withinError
    /// Interpolated between powers of two (8.2).
    case powersOfTwo
  }

  let traces: [OracleTrace]
  let window: OracleWindow
  let quantiles: Quantiles
  /// Whether spans count as many as were sampled away for them.
  let isWeighted: Bool

  package init(
    _ store: OracleStore, _ scope: OracleStore.Scope = .whole, window: OracleWindow,
    quantiles: Quantiles = .withinError, hints: OracleHints = OracleHints(text: "")
  ) {
    traces = store.traces(scope)
    self.window = window
    self.quantiles = quantiles
    isWeighted = hints.extrapolates
  }

  /// Series with at least one sample, in the order of answers (15.1).
  package func series(_ query: Query) -> [OracleSeries] {
    guard case .metrics(let expression) = query.body,
      case .series(let series) = evaluate(expression)
    else { return [] }
    return series.filter(\.hasSamples).sorted { $0.precedes($1) }
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
  struct Observation {
    var place: Place
    var interval: Int
    var weight: Double
  }

  func observations(_ pipeline: Pipeline) -> [Observation] {
    traces.flatMap { trace -> [Observation] in
      let oracle = PipelineOracle(trace: trace)
      return oracle.run(pipeline, on: [oracle.everything]).flatMap(\.spans).compactMap { span in
        let stored = trace.spans[span].stored
        guard let interval = window.interval(of: stored.start) else { return nil }
        let weight = isWeighted ? OracleSampling.weight(stored.traceState) : 1
        return Observation(place: Place(trace, span), interval: interval, weight: weight)
      }
    }
  }

  typealias Label = (key: String, value: OracleValue)

  private func function(_ pipeline: MetricsPipeline) -> [OracleSeries] {
    if pipeline.pipeline.isConstantlyFalse { return [] }
    let observed = observations(pipeline.pipeline)
    if case .compare(let filter, let most, let start, let end) = pipeline.function {
      let sides = ComparedSides(filter: filter, start: start ?? 0, end: end ?? 0)
      return comparison(observed, sides, most: Int(most ?? 10))
    }
    var groups: [(labels: [Label], spans: [Observation])] = []
    var known: [String: Int] = [:]
    for observation in observed {
      let labels = labels(pipeline, observation.place)
      let text = OracleSeries(labels: labels, samples: []).text
      if known[text] == nil {
        known[text] = groups.count
        groups.append((labels, []))
      }
      groups[known[text] ?? 0].spans.append(observation)
    }
    if groups.isEmpty && pipeline.groupBy.isEmpty && pipeline.function.counts {
      groups = [(ownName(pipeline), [])]
    }
    return groups.flatMap { series(pipeline.function, $0.labels, $0.spans) }
  }

  /// The labels of a span's group: missing values are left out; where nothing is left the first
  /// field stays, as "nil", and without any field the function's name (4.2).
  func labels(_ pipeline: MetricsPipeline, _ place: Place) -> [Label] {
    let all = pipeline.groupBy.map { (key: "\($0)", value: place.value($0).label) }
    let present = all.filter { !$0.value.isNil }
    if present.isEmpty, !pipeline.function.addsLabel, let first = all.first {
      return [(first.key, .string("nil"))]
    }
    return present + ownName(pipeline)
  }

  private func ownName(_ pipeline: MetricsPipeline) -> [Label] {
    let isNamed = pipeline.groupBy.isEmpty && !pipeline.function.addsLabel
    return isNamed ? [("__name__", .string(pipeline.function.name))] : []
  }
}

extension Pipeline {
  /// `{ false }`: nothing is even looked for (1).
  fileprivate var isConstantlyFalse: Bool {
    guard case .spanset(.filter(let filter))? = stages.first else { return false }
    return filter.kind == .literal(.bool(false))
  }
}

extension MetricsFunction {
  /// Whether series carry a label of the function's own.
  var addsLabel: Bool {
    switch self {
    case .histogramOverTime, .quantileOverTime: true
    default: false
    }
  }

  /// Whether no span at all is a value: 0.
  fileprivate var counts: Bool { self == .rate || self == .countOverTime }

  var name: String {
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
