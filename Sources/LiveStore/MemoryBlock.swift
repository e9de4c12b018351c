import BlockWriter
package import Columns
import Parquet
package import Spans
package import Storage

/// Spans as a block in memory, so that everything reads them as it reads any other block.
package enum MemoryBlock {
  /// What counts in making one.
  package enum Style: Sendable {
    case small
    /// Made and read in less time, for spans that are soon in a stored block.
    case quick
  }

  /// nil without spans. `name` is what people call it, and what caches know it by.
  package static func make(
    _ table: SpanTable, tenant: String, blockID: String, name: String, threadCount: Int,
    making style: Style = .small, cache: BoundedCache
  ) async -> Block? {
    guard table.spanCount > 0 else { return nil }
    var table = table
    // Columns of their own would forget which of their values were arrays (blocks.md 3.6).
    let schema = BlockSchema(
      version: .vParquet5, dedicated: [], style == .quick ? .uncompressed : .standard)
    let identity = BlockIdentity(blockID: blockID, tenant: tenant)
    do throws(ByteSourceError) {
      var writer = try BlockWriter(schema, identity, to: MemoryByteSink())
      try await writer.write(&table, threadCount: threadCount)
      let written = try writer.finish()
      return BlockCatalog(
        inMemory: written.sink.bytes, metadata: written.metadata, name: name, cache: cache
      ).blocks.first
    } catch {
      preconditionFailure("memory can be written to: \(error.message)")
    }
  }
}
