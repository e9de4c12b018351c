package import Columns
import Parquet
package import Spans
package import Storage

/// Spans as a block in memory, so that everything reads them as it reads any other block; what
/// nobody reads is never encoded.
package struct DeferredBlock: Sendable {
  package let block: Block
  private let chunks: DeferredChunks

  /// Columns of their own would forget which of their values were arrays (blocks.md 3.6).
  private static let schema = BlockSchema(version: .vParquet5, dedicated: [], .uncompressed)
  private static let leaves = schema.schema.readLeaves()

  /// nil without spans. `name` is what people call it, and what caches know it by. `keeps` is told
  /// of bytes that come to be kept beside the table, roughly; it lives as long as the block.
  package init?(
    _ table: SpanTable, _ identity: BlockIdentity, name: String, cache: BoundedCache,
    keeps: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    guard table.spanCount > 0 else { return nil }
    var table = table
    let order = TraceOrder(table)
    var metadata = BlockMetadata(
      version: Self.schema.version, blockID: identity.blockID, tenant: identity.tenant)
    var times = SpanTimes()
    let groups = RowGroupCutter.rowGroups(
      table, order, bytesTarget: RowGroupCutter.bytesTarget
    ).map { traces in
      let layout = TraceLayout(table, order, traces: traces)
      times.add(layout.spans, of: table)
      metadata.traceCount += layout.traceCount
      let content = RowGroupContent(Self.schema, &table, layout)
      return DeferredChunks.Group(
        rowCount: layout.traceCount, announced: Self.leaves.indices.map(content.announcement),
        content: content.column)
    }
    metadata.timeRange = times.range
    metadata.byteCount = table.memoryBytes
    metadata.rowGroupCount = groups.count
    chunks = DeferredChunks(groups, Self.schema.schema, encoded: keeps)
    keeps(table.spanCount * Self.placeBytes)
    let file = ParquetFile(deferring: chunks, leaves: Self.leaves, name: name, cache: cache)
    do throws(StorageError) {
      block = try Block(inMemory: file, metadata: metadata, name: name, cache: cache)
    } catch {
      preconditionFailure("the columns of a block are known: \(error)")
    }
  }

  /// Bytes of what has been read of it so far.
  package var encodedByteCount: Int { chunks.encodedByteCount }

  /// Order, places and levels of a span.
  private static let placeBytes = 64

  package var catalog: BlockCatalog {
    BlockCatalog(
      path: block.name, tenant: block.metadata.tenant, blocks: [block], warnings: [])
  }
}
