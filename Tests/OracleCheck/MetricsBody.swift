import Oracle
import TraceQL

/// The body of a metrics answer: traceql-metrics.md 15.
struct MetricsBody {
  let window: OracleWindow
  let isInstant: Bool

  func object(_ series: [OracleSeries]) -> [String: Any] {
    let listed = series.map(object)
    // An empty list is left out of an instant answer.
    return isInstant && listed.isEmpty ? [:] : ["series": listed]
  }

  private func object(_ series: OracleSeries) -> [String: Any] {
    let labels = series.labels.map {
      ["key": $0.key, "value": SearchBody.json($0.value)] as [String: Any]
    }
    if isInstant {
      var result: [String: Any] = ["labels": labels]
      if series.samples[0] != 0 { result["value"] = SearchBody.number(series.samples[0]) }
      return result
    }
    let samples = series.samples.enumerated().filter { !$0.element.isNaN }
    return [
      "labels": labels,
      "samples": samples.map { interval, value in
        let stamp = window.start + Int64(interval + 1) * window.step
        var result: [String: Any] = ["timestampMs": "\(stamp / 1_000_000)"]
        if value != 0 { result["value"] = SearchBody.number(value) }
        return result
      },
    ]
  }
}
