import Columns
import Parquet
import TestSupport
import Testing

@testable import Engine
@testable import Storage

/// Traces put together from fragments: what is computed from all of them decides, not what one
/// fragment's columns say.
@Suite struct MergedTraceTests {
  /// Two traces of a block taken for the fragments of one: the block's bounds know nothing of it.
  private func merged(_ version: String) throws -> MergedUnit {
    let block = try #require(
      try CopiedStore.blocks(at: Fixture.smallBlocks(version: version)).first)
    let file = try #require(try block.files().first)
    let units = [0, 1].map { _ in
      BlockUnit(
        file: file, rowGroup: 0, rows: RowRuns(0..<file.file.rowGroups[0].rowCount),
        cache: block.cache, statistics: ReadStatistics())
    }
    let starts = try #require(try units[0].column(.traceStart)).int64Values
    let first = try #require(starts.indices.min { starts[$0] < starts[$1] })
    let last = try #require(starts.indices.max { starts[$0] < starts[$1] })
    return MergedUnit(
      sources: units,
      traces: [[TracePiece(source: 0, trace: first), TracePiece(source: 1, trace: last)]])
  }

  @Test(arguments: ["vParquet3", "vParquet4", "vParquet5"])
  func durationIsThatOfTheWholeTrace(_ version: String) throws {
    let unit = try merged(version)
    let duration = try #require(try unit.column(.traceDuration)).int64Values[0]
    let fragments = try #require(try unit.sourceDurations.max())
    #expect(duration > fragments, "no trace of the block lasts as long")
    for (query, count) in [
      ("{ traceDuration = \(duration)ns }", 1), ("{ traceDuration > \(fragments)ns }", 1),
      ("{ traceDuration > \(duration)ns }", 0),
    ] {
      #expect(try UnitQuery(query).matches(unit).count == count, "\(query)")
    }
  }
}

extension MergedUnit {
  fileprivate var sourceDurations: [Int64] {
    get throws(StorageError) {
      try all { unit throws(StorageError) in
        try unit.column(.traceDuration)?.int64Values.max() ?? 0
      }
    }
  }
}
