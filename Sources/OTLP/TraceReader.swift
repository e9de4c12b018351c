import Parquet
package import Storage

/// Puts one trace together from every block that holds a part of it.
package enum TraceReader {
  /// A trace and what finding it cost.
  package struct Found: Sendable {
    package var trace: Trace
    /// Bytes fetched from the blocks' data files.
    package var bytesRead: Int
  }

  /// The trace as stored, its parts merged; nil if no block holds a part.
  ///
  /// `timeRange`, in Unix nanoseconds, narrows which blocks are asked; found spans are never cut.
  package static func read(
    traceID: [UInt8], blocks: [Block], timeRange: ClosedRange<UInt64>? = nil
  ) throws(StorageError) -> Trace? {
    try find(traceID: traceID, blocks: blocks, timeRange: timeRange)?.trace
  }

  /// The same, with what it cost.
  package static func find(
    traceID: [UInt8], blocks: [Block], timeRange: ClosedRange<UInt64>? = nil
  ) throws(StorageError) -> Found? {
    precondition(traceID.count == 16, "a trace ID has 16 bytes")
    let statistics = ReadStatistics()
    var parts: [Trace] = []
    // Catalogues list the oldest block first. Of copies the one in the newest block stays.
    for block in blocks.reversed() {
      if let timeRange, !block.metadata.mayOverlap(timeRange) { continue }
      let locations = try block.locate(traceID: traceID, statistics: statistics)
      if locations.isEmpty { continue }
      let files = try block.files()
      for location in locations {
        let file = files[location.file]
        let row = RowReader(
          file: file.file, schema: file.schema, rowGroup: location.rowGroup, row: location.row,
          statistics: statistics)
        do {
          parts.append(try row.trace(traceID: traceID))
        } catch {
          throw .parquet(error)
        }
      }
    }
    guard !parts.isEmpty else { return nil }
    return Found(
      trace: Trace.merging(parts), bytesRead: statistics.bytesRead)
  }
}
