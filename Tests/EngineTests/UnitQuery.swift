import Columns
import Parquet
import Storage
import TraceQL

@testable import Engine

/// A query run over one unit, from its text to its matches: what a worker does, without blocks.
struct UnitQuery {
  struct Invalid: Error, CustomStringConvertible {
    var description: String
  }

  private let answers: UnitAnswers

  init(_ text: String) throws {
    let parsed = Query.parse(text)
    guard parsed.isValid, let query = parsed.query else {
      throw Invalid(description: "\(text): \(parsed.diagnostics.map { "\($0.code)" })")
    }
    answers = UnitAnswers(query)
  }

  /// Matches in the order of results. `limit` and `spansPerSpanSet`: 0 is no limit.
  func matches(
    _ unit: any SpanUnit, limit: Int = 0, spansPerSpanSet: Int = 0
  ) throws(StorageError) -> [TraceMatch] {
    try answers.matches([unit], limit: limit, spansPerSpanSet: spansPerSpanSet)
  }

  /// Fragments of traces, each evaluated alone, with their results merged in the order given.
  func matches(fragments: [any SpanUnit]) throws(StorageError) -> [TraceMatch] {
    try answers.matches(fragments, areFragments: true)
  }
}

extension UnitQuery {
  /// Matches in one block, as the partitioner cuts it for little memory, and then into runs of at
  /// most `rowsPerItem` rows.
  func matches(_ block: Block, rowsPerItem: Int) throws(StorageError) -> [TraceMatch] {
    let sources = try block.files().map {
      ScanSource(
        block: 0, file: $0, isSorted: true, rowGroups: Array($0.file.rowGroups.indices))
    }
    let partitioner = ScanPartitioner(threadCount: 1, stopsEarly: false, memoryBytesMax: 1)
    let collector = MatchCollector(limit: 0)
    for case .rows(let item) in partitioner.items(sources) {
      for start in stride(from: item.rows.lowerBound, to: item.rows.upperBound, by: rowsPerItem) {
        let rows = start..<min(start + rowsPerItem, item.rows.upperBound)
        let unit = BlockUnit(
          file: sources[item.source].file, rowGroup: item.rowGroup, rows: RowRuns(rows),
          cache: block.cache, statistics: ReadStatistics())
        try collector.add(try matches(unit, spansPerSpanSet: 5), count: 0)
      }
    }
    return collector.finish().matches
  }
}
