package import Engine
package import TraceQL

/// What a server decides once and every request follows.
///
/// The limits Tempo sets for a shared installation are off here: they guard others, and a command
/// line has no others.
package struct APIOptions: Sendable {
  /// How much of Tempo's own choices to follow where two answers are right.
  package enum Compatibility: Sendable { case none, tempo }

  package var dialect: Dialect = .extended
  package var traceScope: QueryOptions.TraceScope = .wholeTrace
  package var threadCount = 2
  package var limits = QueryLimits()
  /// Go on without blocks or row groups that cannot be read, and mark the answers partial.
  package var skipsDamaged = false
  /// Unix nanoseconds now, decided at the edge; `since` counts back from it.
  package var nowNanoseconds: Int64
  /// What `/api/status/buildinfo` says; Grafana wants 2.7 or later to enable what it can do.
  package var version = "3.0.2"

  /// Bodies say themselves that they are partial, for readers who see no headers; and what was
  /// stopped is not written at length. Clients of Tempo refuse members they do not know.
  package var marksPartialBodies = false
  /// Searches show trace IDs with their leading zeros.
  package var padsTraceIDs = false
  package var limitDefault = 20
  package var limitMax: Int?
  package var spansPerSpanSetDefault = 3
  package var spansPerSpanSetMax: Int?
  /// Most bytes of a whole trace, as protobuf; nil for no limit.
  package var traceBytesMax: Int?
  /// Longest range of searches and tag requests.
  package var searchDurationNanosecondsMax: Int64?
  /// Longest range of metrics queries.
  package var metricsDurationNanosecondsMax: Int64?
  /// Most steps of a metrics query.
  package var metricsIntervalsMax = 10_000
  /// Metrics queries ask for nothing younger than this; 0 where blocks lie still.
  package var metricsCutoffNanoseconds: Int64 = 0
  package var metrics = MetricsOptions()

  /// Answers language models at `/api/mcp`.
  package var isMCPEnabled = false

  /// With several tenants each request names its own in `X-Scope-OrgID`.
  package var multitenancyEnabled = false
  package var multitenantQueriesEnabled = true

  package init(nowNanoseconds: Int64, compatibility: Compatibility = .none) {
    self.nowNanoseconds = nowNanoseconds
    if compatibility == .tempo {
      traceScope = .fragment
      metrics.quantiles = .powersOfTwo
    }
  }

  var metricsTimeRules: MetricsTimeRules {
    var rules = MetricsTimeRules(nowNanoseconds: nowNanoseconds)
    rules.durationNanosecondsMax = metricsDurationNanosecondsMax
    rules.intervalsMax = metricsIntervalsMax
    rules.cutoffNanoseconds = metricsCutoffNanoseconds
    return rules
  }

  var searchDurationLimitText: String {
    GoDuration.format(nanoseconds: searchDurationNanosecondsMax ?? 0)
  }
}
