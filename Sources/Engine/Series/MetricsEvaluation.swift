import TraceQL

/// From finished tables to the series of the answer: functions, then second stages and arithmetic,
/// then the values of exemplars.
struct MetricsEvaluation {
  let plan: MetricsPlan
  let window: MetricsWindow
  let partial: MetricsPartial
  let exemplarCount: Int
  /// Series of functions that are made already, by function.
  var made: [Int: [MetricsSeries]] = [:]

  private enum Operand {
    case number(Double)
    case series([MetricsSeries])
  }

  func series() -> [MetricsSeries] {
    guard case .series(let series) = value(of: plan.root) else { return [] }
    return series.map { finished($0) }
  }

  private func value(of node: MetricsNode) -> Operand {
    switch node {
    case .constant(let value): return .number(value)
    case .function(let index): return .series(made[index] ?? functionSeries(index))
    case .staged(let inner, let stages):
      let operand = value(of: inner)
      guard case .series(let series) = operand else { return operand }
      return .series(series.applying(stages, window))
    case .binary(let op, let left, let right):
      switch (value(of: left), value(of: right)) {
      case (.number(let a), .number(let b)): return .number(SeriesArithmetic.apply(op, a, b))
      case (.number(let a), .series(let series)):
        return .series(SeriesArithmetic.map(series) { SeriesArithmetic.apply(op, a, $0) })
      case (.series(let series), .number(let b)):
        return .series(SeriesArithmetic.map(series) { SeriesArithmetic.apply(op, $0, b) })
      case (.series(let a), .series(let b)):
        return .series(SeriesArithmetic.combine(op, a, b))
      }
    }
  }

  private func functionSeries(_ index: Int) -> [MetricsSeries] {
    let function = plan.functions[index]
    if case .compare(let comparison) = function.kind {
      if function.listsNothing { return [] }
      return ComparisonSeries(topN: comparison.topN, window: window)
        .series(partial.comparisons[index], exemplarCount: exemplarCount)
    }
    return FunctionSeries(function: function, window: window)
      .series(partial.series[index], exemplarCount: exemplarCount)
  }

  /// Exemplars without a value of their own take that of their sample; without one they go.
  private func finished(_ series: MetricsSeries) -> MetricsSeries {
    var result = series
    result.exemplars = series.exemplars.compactMap { exemplar in
      guard let interval = window.interval(ofExemplar: exemplar),
        !series.samples[interval].isNaN
      else { return nil }
      var exemplar = exemplar
      if exemplar.value.isNaN { exemplar.value = series.samples[interval] }
      return exemplar
    }.sorted { $0.timestampNanoseconds < $1.timestampNanoseconds }
    return result
  }
}
