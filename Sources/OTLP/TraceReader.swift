package import Parquet
package import Storage

/// Puts one trace together from every block that holds a part of it.
package enum TraceReader {
  /// A trace and what finding it cost.
  package struct Found: Sendable {
    package var trace: Trace
    /// Bytes fetched from the blocks' data files.
    package var bytesRead: Int
    /// There was more than the limit allows.
    package var isCut = false
  }

  /// The trace as stored, its parts merged; nil if no block holds a part.
  ///
  /// `timeRange`, in Unix nanoseconds, narrows which blocks are asked; found spans are never cut.
  package static func read(
    traceID: [UInt8], blocks: [Block], timeRange: ClosedRange<UInt64>? = nil
  ) throws(StorageError) -> Trace? {
    try find(traceID: traceID, blocks: blocks, timeRange: timeRange)?.trace
  }

  /// The same, with what it cost; `statistics` limit what it may.
  ///
  /// A trace of more than `bytesMax` bytes as protobuf is cut. `leaveOut` is told of every block
  /// that cannot be read, which is then left out; without it that is an error.
  package static func find(
    traceID: [UInt8], blocks: [Block], timeRange: ClosedRange<UInt64>? = nil,
    statistics: ReadStatistics = ReadStatistics(), bytesMax: Int? = nil,
    leaveOut: ((StorageError) -> Void)? = nil
  ) throws(StorageError) -> Found? {
    precondition(traceID.count == 16, "a trace ID has 16 bytes")
    var parts: [Trace] = []
    // Catalogues list the oldest block first. Of copies the one in the newest block stays.
    for block in blocks.reversed() {
      if let timeRange, !block.metadata.mayOverlap(timeRange) { continue }
      do throws(StorageError) {
        parts += try read(traceID, in: block, statistics)
      } catch {
        guard let leaveOut, error.isDamage else { throw error }
        leaveOut(error)
      }
    }
    guard !parts.isEmpty else { return nil }
    var found = Found(trace: Trace.merging(parts), bytesRead: statistics.bytesRead)
    if let bytesMax { found.isCut = found.trace.cut(toBytes: bytesMax) }
    return found
  }

  /// The parts of a trace that lie in one block.
  private static func read(
    _ traceID: [UInt8], in block: Block, _ statistics: ReadStatistics
  ) throws(StorageError) -> [Trace] {
    let locations = try block.locate(traceID: traceID, statistics: statistics)
    if locations.isEmpty { return [] }
    let files = try block.files()
    var parts: [Trace] = []
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
    return parts
  }
}
