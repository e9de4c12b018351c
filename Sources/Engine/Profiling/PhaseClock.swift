import Parquet

/// Measures the serial phases of a query, one after the other.
final class PhaseClock {
  private let profile: QueryProfile?
  private let statistics: ReadStatistics
  private var start: ContinuousClock.Instant
  private var bytes: Int
  private var pages: Int
  private var pruned: Int

  init(_ profile: QueryProfile?, _ statistics: ReadStatistics) {
    self.profile = profile
    self.statistics = statistics
    start = .now
    (bytes, pages, pruned) = (0, 0, 0)
    begin()
  }

  private func begin() {
    guard profile != nil else { return }
    start = .now
    bytes = statistics.bytesRead
    pages = statistics.pagesRead
    pruned = statistics.pagesPruned
  }

  /// What ran since the last phase ended was this one.
  func ends(_ operator: QueryProfile.Operator, rowsOut: Int) {
    guard let profile else { return }
    var cost = QueryProfile.Cost()
    cost.nanoseconds = start.nanosecondsSince
    cost.rowsOut = rowsOut
    cost.bytesRead = statistics.bytesRead - bytes
    cost.pagesRead = statistics.pagesRead - pages
    cost.pagesPruned = statistics.pagesPruned - pruned
    cost.workers = [0]
    profile.add(cost, to: QueryProfile.Key(operator: `operator`))
    begin()
  }
}
