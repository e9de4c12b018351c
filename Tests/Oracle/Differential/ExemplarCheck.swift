import Engine
import TraceQL

/// What must hold of exemplars, whichever were chosen: traceql-metrics.md 12.
struct ExemplarCheck {
  let oracle: MetricsOracle
  let query: Query
  /// The limit of the request and its hints.
  let most: Int

  func fault(_ series: [MetricsSeries]) -> String? {
    let candidates = oracle.exemplarCandidates(query)
    var traces: Set<String> = []
    var count = 0
    for one in series {
      let labels = MetricsLines.text(one.labels)
      for exemplar in one.exemplars {
        count += 1
        let what = "exemplar \(exemplar) of {\(labels)}"
        guard exemplar.labels.first?.key == "trace:id",
          case .string(let id)? = exemplar.labels.first?.value
        else { return what + " names no trace" }
        let moment = Int64(exemplar.timestampNanoseconds)
        // The interval is found by the millisecond that is shown.
        guard let interval = oracle.window.interval(of: moment / 1_000_000 * 1_000_000),
          !one.samples[interval].isNaN
        else { return what + " has no sample" }
        guard let candidates else { continue }
        let same = candidates.filter {
          $0.traceID == id && $0.moment == moment && $0.series.contains(labels)
        }
        if same.isEmpty { return what + " is no span of that series" }
        let values = same.map { $0.value ?? one.samples[interval] }
        if !values.contains(where: { MetricsLines.isEqual($0, exemplar.value) }) {
          return what + " has a value of its own, not one of \(values)"
        }
        if !traces.insert(id).inserted { return what + " is the second of its trace" }
      }
      let times = one.exemplars.map(\.timestampNanoseconds)
      if times != times.sorted() { return "exemplars of {\(labels)} are not in order of time" }
    }
    let functions = candidates == nil ? query.functionCount : 1
    let limit = most == 0 ? 0 : max(most, functions)
    if count > limit { return "\(count) exemplars, at most \(limit) were asked for" }
    return nil
  }
}

extension Query {
  /// Functions in arithmetic, each of which may give one (12).
  fileprivate var functionCount: Int {
    if case .metrics(let expression) = body { Self.count(expression) } else { 0 }
  }

  private static func count(_ expression: MetricsExpression) -> Int {
    switch expression {
    case .series: 1
    case .constant: 0
    case .binary(_, let a, let b): count(a) + count(b)
    case .staged(let inner, _): count(inner)
    }
  }
}
