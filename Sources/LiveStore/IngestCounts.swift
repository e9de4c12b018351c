package import Spans

/// What was taken and what was not, since the start, by tenant.
package struct IngestCounts: Sendable, Equatable {
  package var spansReceived = 0
  /// In the form in which they came, decompressed.
  package var bytesReceived = 0
  /// The same, of requests that were refused as well.
  package var ingressBytes = 0
  package var attributesTruncated = TruncationCounts()
  package var requestsRefused = 0
  /// By reason: `rate_limited`, `trace_too_large`, `live_traces_exceeded`, …
  package var spansDiscarded: [String: Int] = [:]
  package var logBytesWritten = 0
  package var logSyncs = 0
  package var blocksWritten = 0
  package var blockBytesWritten = 0
  package var failedFlushes = 0

  /// The attributes that were cut, by the words of the metric.
  package var truncatedByPlace: [(place: String, count: Int)] {
    TruncationCounts.Place.allCases.map { ("\($0)", attributesTruncated[$0]) }
  }

  package mutating func discard(_ count: Int, _ reason: Discard) {
    spansDiscarded[reason.rawValue, default: 0] += count
  }

  /// Why spans are not kept, in the words of the metric.
  package enum Discard: String {
    case rateLimited = "rate_limited"
    case invalidTraceID = "invalid_trace_id"
    case invalidSpanID = "invalid_span_id"
    case traceTooLarge = "trace_too_large"
    case liveTracesExceeded = "live_traces_exceeded"
    case damagedLog = "damaged_log"
  }
}
