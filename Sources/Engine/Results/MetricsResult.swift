/// The answer to a metrics query: one series for each label set, all over the same intervals.
public struct MetricsResult: Sendable {
  /// Fewer labels first, then by label, key before value (traceql-metrics.md 15.1).
  public var series: [MetricsSeries]
  /// The intervals that samples stand for.
  public var window: MetricsWindow
  /// True if `MetricsOptions.seriesMax` cut the list of series.
  public var isTruncated: Bool
  /// Why the answer is not complete, a cut list of series included; empty when it is.
  public var partialReasons: [String]
  public var statistics: QueryStatistics

  package init(
    series: [MetricsSeries], window: MetricsWindow, isTruncated: Bool, partialReasons: [String],
    statistics: QueryStatistics
  ) {
    self.series = series
    self.window = window
    self.isTruncated = isTruncated
    self.partialReasons = partialReasons
    self.statistics = statistics
  }
}

public struct MetricsSeries: Sendable, Equatable {
  /// Strings, integers, floats and booleans: all other types are given as text.
  public var labels: [NamedValue]
  /// One for each interval of the window; NaN where there is none.
  public var samples: [Double]
  /// In ascending order of time; none for instant queries.
  public var exemplars: [MetricsExemplar]

  public init(labels: [NamedValue], samples: [Double], exemplars: [MetricsExemplar] = []) {
    self.labels = labels
    self.samples = samples
    self.exemplars = exemplars
  }
}

/// One span that stands for the many that a sample counts.
public struct MetricsExemplar: Sendable, Equatable {
  /// `trace:id` first, then the fields the query reads.
  public var labels: [NamedValue]
  public var value: Double
  /// The start of the span.
  public var timestampNanoseconds: UInt64

  public init(labels: [NamedValue], value: Double, timestampNanoseconds: UInt64) {
    self.labels = labels
    self.value = value
    self.timestampNanoseconds = timestampNanoseconds
  }
}
