import TraceQL

/// Spans that an answer may show for many: traceql-metrics.md 12.
struct ExemplarCandidate {
  /// As `trace:id` gives it.
  var traceID: String
  var moment: Int64
  /// Labels of the series it can hang on; ranks of quantiles are not told apart.
  var series: Set<String>
  /// Nil: that of the sample.
  var value: Double?
}

extension MetricsOracle {
  /// Nil for arithmetic, where several functions give some each.
  func exemplarCandidates(_ query: Query) -> [ExemplarCandidate]? {
    guard case .metrics(.series(let pipeline)) = query.body else { return nil }
    return observations(pipeline.pipeline).map { observation in
      let place = observation.place
      return ExemplarCandidate(
        traceID: HexID.stripped(place.trace.id), moment: place.span.stored.start,
        series: exemplarSeries(pipeline, observation), value: exemplarValue(pipeline, place))
    }
  }

  private func exemplarSeries(
    _ pipeline: MetricsPipeline, _ observation: Observation
  ) -> Set<String> {
    func text(_ labels: [Label]) -> String { OracleSeries(labels: labels, samples: []).text }
    let place = observation.place
    let own = labels(pipeline, place)
    switch pipeline.function {
    case .histogramOverTime(let field):
      return bucket(field, place).map { [text(own + [("__bucket", .float($0))])] } ?? []
    case .quantileOverTime(let field, let ranks):
      if number(field, place) == nil { return [] }
      return Set(ranks.map { text(own + [("p", .float($0))]) })
    case .minOverTime(let field), .maxOverTime(let field), .sumOverTime(let field),
      .averageOverTime(let field):
      return number(field, place) == nil ? [] : [text(own)]
    case .compare(let filter, _, let start, let end):
      let sides = ComparedSides(filter: filter, start: start ?? 0, end: end ?? 0)
      let type = sides.isSelected(place) ? "selection_total" : "baseline_total"
      return Set(
        Self.carried(place).map { label in
          text([("__meta_type", .string(type)), (label.key, .string("nil"))])
        })
    case .rate, .countOverTime: return [text(own)]
    }
  }

  private func exemplarValue(_ pipeline: MetricsPipeline, _ place: Place) -> Double? {
    switch pipeline.function {
    case .rate, .countOverTime, .histogramOverTime, .compare: nil
    case .minOverTime(let field), .maxOverTime(let field), .sumOverTime(let field),
      .averageOverTime(let field), .quantileOverTime(let field, _):
      number(field, place)
    }
  }
}
