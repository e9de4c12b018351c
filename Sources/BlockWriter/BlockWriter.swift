package import Parquet
package import Spans
package import Storage

/// Writes one block from row groups of spans: the data file as a stream, then the small objects
/// that make it a block.
///
/// Traces have to come in ascending order of their IDs, each once, over all row groups.
package struct BlockWriter<Sink: ByteSink> {
  private let schema: BlockSchema
  private let identity: BlockIdentity
  private var parquet: ParquetWriter<Sink>
  private var traceIDs: [TraceID] = []
  private var lastIDs: [TraceID] = []
  private var times = SpanTimes()
  private var spanCount = 0

  package init(
    _ schema: BlockSchema, _ identity: BlockIdentity, to sink: Sink
  ) throws(ByteSourceError) {
    self.schema = schema
    self.identity = identity
    parquet = try ParquetWriter(schema: schema.schema, to: sink, createdBy: "traceql")
  }

  /// Spans written so far, copies not counted.
  package var writtenSpanCount: Int { spanCount }

  /// Writes the spans of a table as row groups of about `rowGroupBytes`; between two of them
  /// `isCancelled` may end it.
  package mutating func write(
    _ table: inout SpanTable, threadCount: Int, rowGroupBytes: Int = RowGroupCutter.bytesTarget,
    isCancelled: () -> Bool = { false }
  ) async throws(ByteSourceError) {
    let order = TraceOrder(table)
    for traces in RowGroupCutter.rowGroups(table, order, bytesTarget: rowGroupBytes) {
      if isCancelled() { throw ByteSourceError("interrupted") }
      let layout = TraceLayout(table, order, traces: traces)
      let content = RowGroupContent(schema, &table, layout)
      try await parquet.write(rowCount: layout.traceCount, threadCount: threadCount) { leaf in
        content.column(leaf)
      }
      note(layout, table)
    }
  }

  private mutating func note(_ layout: TraceLayout, _ table: SpanTable) {
    if let first = layout.traceIDs.first, let last = traceIDs.last {
      precondition(last < first, "traces come in the order of their IDs")
    }
    traceIDs += layout.traceIDs
    if let last = layout.traceIDs.last { lastIDs.append(last) }
    spanCount += layout.spans.count
    times.add(layout.spans, of: table)
  }

  /// Ends the data file; what is returned has to be stored under its names in its order.
  package mutating func finish() throws(ByteSourceError) -> WrittenBlock<Sink> {
    precondition(!traceIDs.isEmpty, "a block holds at least one trace")
    let rowGroupCount = parquet.rowGroupCount
    let file = try parquet.finish()
    var metadata = BlockMetadata(
      version: schema.version, blockID: identity.blockID, tenant: identity.tenant)
    metadata.timeRange = identity.timeRange ?? times.range
    metadata.traceCount = traceIDs.count
    metadata.byteCount = file.byteCount
    metadata.compactionLevel = identity.compactionLevel
    metadata.rowGroupCount = rowGroupCount
    metadata.footerByteCount = file.footerByteCount
    metadata.dedicatedColumns = schema.dedicatedColumns
    metadata.replicationFactor = identity.replicationFactor
    let blooms = BloomFilterWriter.shards(traceIDs)
    metadata.bloomShardCount = blooms.count
    var objects = blooms.enumerated().map { (name: "bloom-\($0.offset)", bytes: $0.element) }
    objects.append(("index", RowGroupIndex.json(lastTraceIDs: lastIDs.map(\.bytes))))
    objects.append(("meta.json", metadata.json()))
    return WrittenBlock(
      sink: file.sink, metadata: metadata, objects: objects, spanCount: spanCount)
  }
}

/// What a block is called, and what its maker knows of it.
package struct BlockIdentity: Sendable {
  /// UUID text.
  package var blockID: String
  package var tenant: String
  package var compactionLevel = 0
  package var replicationFactor = 1
  /// Unix nanoseconds; nil: from the spans.
  package var timeRange: ClosedRange<UInt64>?

  package init(blockID: String, tenant: String) {
    self.blockID = blockID
    self.tenant = tenant
  }
}

/// A block whose data file is complete.
package struct WrittenBlock<Sink: ByteSink> {
  package var sink: Sink
  package var metadata: BlockMetadata
  /// What else belongs to the block; `meta.json`, which makes it visible, comes last.
  package var objects: [(name: String, bytes: [UInt8])]
  package var spanCount: Int
}
