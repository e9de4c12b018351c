import Parquet
import Storage

/// Measures what one worker does with one unit. Operators may call each other: each is charged
/// with its own part only, so that the costs add up.
final class UnitRecorder {
  private let profile: QueryProfile
  private let worker: Int
  /// Of this unit alone; passes everything on to those of the query.
  let statistics: ReadStatistics
  /// Which of a metrics query's functions is evaluated.
  var function = 0
  /// What operators called by the current one have cost.
  private var nested = QueryProfile.Cost()

  init(profile: QueryProfile, worker: Int, statistics: ReadStatistics) {
    self.profile = profile
    self.worker = worker
    self.statistics = statistics.part()
  }

  fileprivate func measure<Result>(
    _ operator: QueryProfile.Operator, rowsIn: Int, rowsOut: (Result) -> Int,
    run body: () throws(StorageError) -> Result
  ) throws(StorageError) -> Result {
    let outer = nested
    nested = QueryProfile.Cost()
    let (bytes, pages, pruned) = (
      statistics.bytesRead, statistics.pagesRead, statistics.pagesPruned
    )
    let start = ContinuousClock.now
    let result = try body()
    var whole = QueryProfile.Cost()
    whole.nanoseconds = start.nanosecondsSince
    whole.bytesRead = statistics.bytesRead - bytes
    whole.pagesRead = statistics.pagesRead - pages
    whole.pagesPruned = statistics.pagesPruned - pruned
    var own = whole
    own.nanoseconds -= nested.nanoseconds
    own.bytesRead -= nested.bytesRead
    own.pagesRead -= nested.pagesRead
    own.pagesPruned -= nested.pagesPruned
    own.rowsIn = rowsIn
    own.rowsOut = rowsOut(result)
    own.workers = [worker]
    profile.add(own, to: QueryProfile.Key(function: function, operator: `operator`))
    nested = outer
    nested.add(whole)
    return result
  }
}

extension UnitRecorder? {
  /// Runs `body`, measured if somebody wants to know; `rowsIn` and `rowsOut` are asked only then.
  func measure<Result>(
    _ operator: QueryProfile.Operator, rowsIn: @autoclosure () -> Int,
    rowsOut: (Result) -> Int, run body: () throws(StorageError) -> Result
  ) throws(StorageError) -> Result {
    guard let self else { return try body() }
    return try self.measure(`operator`, rowsIn: rowsIn(), rowsOut: rowsOut, run: body)
  }
}
