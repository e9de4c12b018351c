import Engine
import Server
import TraceQL

extension APIOptions {
  /// The options of requests that come now.
  init(_ configuration: Configuration, _ server: TraceServer) {
    self.init(
      nowNanoseconds: Clock.nowNanoseconds(),
      compatibility: configuration.isTempoCompatible ? .tempo : .none)
    dialect = configuration.isTempoDialect ? .tempo : .extended
    switch configuration.traceScope {
    case "whole": traceScope = .wholeTrace
    case "fragment": traceScope = .fragment
    default: break
    }
    skipsDamaged = configuration.skipsDamaged
    threadCount =
      configuration.threadCount > 0 ? configuration.threadCount : server.processorCount
    limits.memoryBytesMax = configuration.queryMemoryBytesMax
    limits.queryBytesMax = configuration.queryTextBytesMax
    if configuration.queryReadBytesMax > 0 { limits.bytesReadMax = configuration.queryReadBytesMax }
    if configuration.tagBytesMax > 0 { limits.tagBytesMax = configuration.tagBytesMax }
    traceBytesMax = configuration.traceBytesMax > 0 ? configuration.traceBytesMax : nil
    padsTraceIDs = configuration.padsTraceIDs
    limitDefault = configuration.limitDefault
    limitMax = configuration.limitMax > 0 ? configuration.limitMax : nil
    spansPerSpanSetDefault = configuration.spansPerSpanSetDefault
    spansPerSpanSetMax =
      configuration.spansPerSpanSetMax > 0 ? configuration.spansPerSpanSetMax : nil
    searchDurationNanosecondsMax = configuration.searchDurationMax.limit
    metricsDurationNanosecondsMax = configuration.metricsDurationMax.limit
    metricsIntervalsMax = configuration.metricsIntervalsMax
    isMCPEnabled = configuration.isMCPEnabled
    multitenancyEnabled = configuration.multitenancyEnabled
    multitenantQueriesEnabled = configuration.multitenantQueriesEnabled
  }
}
