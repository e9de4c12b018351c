import Engine
import Synchronization

/// Counts of what a server did, since it started.
final class Telemetry: Sendable {
  struct Request: Hashable, Sendable {
    var route: String
    var method: String
    var status: Int
  }

  struct Query: Hashable, Sendable {
    var operation: String
    var tenant: String
    var outcome: Outcome
  }

  enum Outcome: String, Sendable {
    case completed, failed, canceled, rejected

    init(status: Int) {
      switch status {
      case ..<400, 404: self = .completed
      case 429: self = .rejected
      case 499: self = .canceled
      default: self = .failed
      }
    }
  }

  /// Counts per bound, and what does not fit below any.
  struct Histogram: Sendable {
    static let boundsSeconds = [
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100,
    ]
    var counts = [Int](repeating: 0, count: boundsSeconds.count + 1)
    var sumNanoseconds: UInt64 = 0

    mutating func add(nanoseconds: UInt64) {
      let seconds = Double(nanoseconds) / 1e9
      let bucket = Self.boundsSeconds.firstIndex { seconds <= $0 } ?? Self.boundsSeconds.count
      counts[bucket] += 1
      sumNanoseconds &+= nanoseconds
    }
  }

  struct Counts: Sendable {
    var requests: [Request: Histogram] = [:]
    var queries: [Query: Int] = [:]
    var bytesInspected: [String: Int] = [:]
    var spansInspected = 0
    var pagesRead = 0
    var pagesPruned = 0
    var resultCacheHits = 0
    var resultCacheMisses = 0
    var responseBytes = 0
  }

  private let state = Mutex(Counts())

  var counts: Counts { state.withLock { $0 } }

  func add(_ request: Request, nanoseconds: UInt64, responseBytes: Int) {
    state.withLock { state in
      state.requests[request, default: Histogram()].add(nanoseconds: nanoseconds)
      state.responseBytes += responseBytes
    }
  }

  func add(_ query: Query, cost: QueryStatistics?) {
    state.withLock { state in
      state.queries[query, default: 0] += 1
      guard let cost else { return }
      state.bytesInspected[query.operation, default: 0] += cost.inspectedBytes
      state.spansInspected += cost.inspectedSpans
      state.pagesRead += cost.pagesRead
      state.pagesPruned += cost.pagesPruned
    }
  }

  func addResultCache(hit: Bool) {
    state.withLock { if hit { $0.resultCacheHits += 1 } else { $0.resultCacheMisses += 1 } }
  }
}
