import Parquet
import Synchronization

/// Says when a scan has to stop: cancelled, out of time, past a limit.
final class ScanWatch: Sendable {
  private let limits: QueryLimits
  private let progress: QueryProgress
  private let deadline: ContinuousClock.Instant?
  private let ownReason = Mutex<String?>(nil)

  init(options: QueryOptions, progress: QueryProgress) {
    limits = options.limits
    self.progress = progress
    deadline = options.limits.wallTimeNanosecondsMax.map {
      ContinuousClock.now + .nanoseconds(Int64(clamping: $0))
    }
  }

  /// Stops the query for a reason found while it ran; the first one counts.
  func stop(_ reason: String) { ownReason.withLock { if $0 == nil { $0 = reason } } }

  /// Whether reading should end now; asked before every page, so that one large unit does not
  /// outlive its query.
  var isOver: Bool {
    if progress.isCancelled { return true }
    return deadline.map { ContinuousClock.now > $0 } ?? false
  }

  /// Why the query stops now, or nil.
  func stopReason(_ statistics: ReadStatistics) -> String? {
    if progress.isCancelled { return "cancelled" }
    if let deadline, ContinuousClock.now > deadline {
      return "time limit of \((limits.wallTimeNanosecondsMax ?? 0) / 1_000_000) ms reached"
    }
    if let limit = limits.bytesReadMax, statistics.bytesRead > limit {
      return "limit of \(limit) bytes read reached"
    }
    return ownReason.withLock { $0 }
  }
}
