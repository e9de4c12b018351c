import BlockWriter
import Parquet
import Spans
import Storage

/// Writes a sealed segment as a block of the data folder.
struct SegmentWriter {
  let settings: IngestSettings

  /// Writes and publishes the block; its bytes. Afterwards the block is there whatever happens.
  func write(
    _ segment: LiveSegment, tenant: String, _ memory: LiveMemory
  ) async throws(StorageError) -> Int {
    var table = Self.merged(segment)
    memory.noteWriting(table.memoryBytes)
    let place = try LocalBlockFolder(
      root: settings.root, tenant: tenant, blockID: segment.blockID)
    do throws(StorageError) {
      let schema = BlockSchema(
        version: settings.blockVersion, dedicated: settings.dedicatedColumns.columns(table))
      let identity = BlockIdentity(blockID: segment.blockID, tenant: tenant)
      let written = try await write(&table, schema, identity, to: try place.dataFile())
      try place.publish(written.sink, written.objects)
      return written.metadata.byteCount
    } catch {
      place.discard()
      throw error
    }
  }

  private func write(
    _ table: inout SpanTable, _ schema: BlockSchema, _ identity: BlockIdentity,
    to sink: LocalFileSink
  ) async throws(StorageError) -> WrittenBlock<LocalFileSink> {
    do throws(ByteSourceError) {
      var writer = try BlockWriter(schema, identity, to: sink)
      try await writer.write(&table, threadCount: settings.threadCount)
      return try writer.finish()
    } catch {
      throw .unwritable(path: identity.blockID, reason: error.message)
    }
  }

  private static func merged(_ segment: LiveSegment) -> SpanTable {
    if segment.chunks.count == 1, segment.chunks[0].table.spanCount == segment.spanCount {
      return segment.chunks[0].table
    }
    var merged = SpanTable()
    if let first = segment.chunks.first?.table, first.spanCount > 0 {
      let factor = Double(segment.spanCount) / Double(first.spanCount)
      merged.reserve(like: first, times: factor * 1.05)
    }
    for chunk in segment.chunks {
      precondition(
        chunk.durableSpanCount == chunk.table.spanCount, "a writable segment has nothing pending")
      merged.append(contentsOf: chunk.table)
    }
    return merged
  }
}
