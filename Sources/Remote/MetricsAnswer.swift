package import Engine
package import Wire

/// The JSON of metrics answers as a result: samples put at their places in the window.
package enum MetricsAnswer {
  package static func read(
    _ json: JSON, range: ClosedRange<UInt64>, stepNanoseconds: UInt64?, isInstant: Bool
  ) throws(RemoteError) -> MetricsResult {
    guard json.members != nil else {
      throw .unreadable(what: "metrics answer", reason: "it is no JSON object")
    }
    let all = json["series"]?.elements ?? []
    let window =
      isInstant
      ? MetricsWindow(
        start: range.lowerBound, end: max(range.upperBound, range.lowerBound + 1),
        step: max(1, range.upperBound - range.lowerBound), isInstant: true)
      : try self.window(all, stepNanoseconds: stepNanoseconds, range: range)
    let series = all.map { series in
      MetricsSeries(
        labels: SearchAnswer.attributes(series["labels"]),
        samples: isInstant ? [series["value"]?.double ?? 0] : samples(series, window),
        exemplars: exemplars(series["exemplars"]))
    }
    let isPartial = json["status"]?.string == "PARTIAL"
    let reason = json["message"]?.string ?? "partial"
    return MetricsResult(
      series: series, window: window, isTruncated: isPartial,
      partialReasons: isPartial ? [reason] : [],
      statistics: SearchAnswer.statistics(json["metrics"]))
  }

  private static func stamp(_ sample: JSON) -> UInt64? {
    sample["timestampMs"]?.uint64.flatMap { milliseconds in
      let (nanoseconds, overflows) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
      return overflows ? nil : nanoseconds
    }
  }

  /// The window the samples lie in: from the first stamp to the last in the smallest distance.
  private static func window(
    _ series: [JSON], stepNanoseconds: UInt64?, range: ClosedRange<UInt64>
  ) throws(RemoteError) -> MetricsWindow {
    let stamps = Set(series.flatMap { ($0["samples"]?.elements ?? []).compactMap(stamp) }).sorted()
    let distances = zip(stamps, stamps.dropFirst()).map { $1 - $0 }
    let step = max(1, stepNanoseconds ?? distances.min() ?? 1_000_000_000)
    guard let first = stamps.first, let last = stamps.last, first >= step else {
      let start = range.lowerBound / step * step
      return MetricsWindow(start: start, end: start + step, step: step)
    }
    let count = (last - first) / step + 1
    guard count <= 1 << 20 else {
      throw .unreadable(what: "metrics answer", reason: "it has \(count) intervals")
    }
    return MetricsWindow(start: first - step, end: first - step + count * step, step: step)
  }

  private static func samples(_ series: JSON, _ window: MetricsWindow) -> [Double] {
    var samples = [Double](repeating: .nan, count: window.intervalCount)
    for sample in series["samples"]?.elements ?? [] {
      guard let moment = stamp(sample), let interval = window.interval(of: moment) else { continue }
      // proto3 leaves a zero out.
      samples[interval] = sample["value"]?.double ?? 0
    }
    return samples
  }

  private static func exemplars(_ json: JSON?) -> [MetricsExemplar] {
    (json?.elements ?? []).map { exemplar in
      MetricsExemplar(
        labels: SearchAnswer.attributes(exemplar["labels"]),
        value: exemplar["value"]?.double ?? 0, timestampNanoseconds: stamp(exemplar) ?? 0)
    }
  }
}
