package import TraceQL

/// Which picture fits the answer to a metrics query.
package enum MetricsShape: Sendable, Equatable {
  /// Series over time.
  case lines
  /// Buckets over time.
  case heatMap
  /// A number for each series.
  case bars
  /// What tells two sets of spans apart.
  case comparison

  package init(_ expression: MetricsExpression, isInstant: Bool) {
    switch expression.solePipeline?.function {
    case .compare: self = .comparison
    case .histogramOverTime where !isInstant: self = .heatMap
    default: self = isInstant ? .bars : .lines
    }
  }
}

extension MetricsExpression {
  /// Whether people are better served by one answer for the whole range: samples of a comparison
  /// over time would only be added up.
  package var isBestWhole: Bool { MetricsShape(self, isInstant: false) == .comparison }
}
