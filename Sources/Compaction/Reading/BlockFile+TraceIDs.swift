import Columns
import Parquet
import Spans
import Storage

extension BlockFile {
  /// The IDs of a row group's traces, in the order of its rows.
  func traceIDs(rowGroup: Int, statistics: ReadStatistics) throws(StorageError) -> [TraceID] {
    guard let leaf = schema.leaf(.traceID) else { return [] }
    let count = file.rowGroups[rowGroup].rowCount
    guard count > 0 else { return [] }
    do throws(ParquetError) {
      let values = try file.column(leaf, rowGroup: rowGroup).readRequired(
        rows: .init(0..<count), expectedCount: count, statistics: statistics)
      guard case .text(let column) = values else { return [] }
      return (0..<count).map { column.traceID(at: $0) }
    } catch {
      throw .parquet(error)
    }
  }
}
