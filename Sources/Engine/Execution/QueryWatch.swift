import Parquet

/// Says when a query has to stop: cancelled, out of time, past a limit.
struct QueryWatch: Sendable {
  private let options: QueryOptions
  private let progress: QueryProgress
  private let statistics: ReadStatistics
  private let start = ContinuousClock.now

  init(options: QueryOptions, progress: QueryProgress, statistics: ReadStatistics) {
    self.options = options
    self.progress = progress
    self.statistics = statistics
    let (progress, start) = (progress, start)
    let limit = options.limits.wallTimeNanosecondsMax
    // Reading checks this between pages, so that one large unit does not outlive the query.
    statistics.setCancellationCheck {
      if progress.cancelled.load(ordering: .relaxed) { return true }
      guard let limit else { return false }
      return ContinuousClock.now - start > .nanoseconds(Int64(clamping: limit))
    }
  }

  /// Why the query stops now, or nil.
  func stopReason() -> String? {
    if progress.cancelled.load(ordering: .relaxed) { return "cancelled" }
    if let limit = options.limits.wallTimeNanosecondsMax,
      ContinuousClock.now - start > .nanoseconds(Int64(clamping: limit))
    {
      return "time limit of \(limit / 1_000_000) ms reached"
    }
    if let limit = options.limits.bytesReadMax, statistics.bytesRead > limit {
      return "limit of \(limit) bytes read reached"
    }
    return nil
  }
}
