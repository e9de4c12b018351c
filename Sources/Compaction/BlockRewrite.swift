package import BlockWriter
import Columns
import Parquet
import Spans
package import Storage

/// Makes one block of several, or of one: reads, merges, writes, publishes. What it replaces is
/// retired by the caller when this has returned.
package struct BlockRewrite: Sendable {
  /// The blocks to read; of spans that several hold, that of the first one stays.
  package var blocks: [Block]
  package var version: BlockVersion
  /// Attributes with columns of their own; `choice` decides by the first spans, if it is given.
  package var dedicated: [DedicatedColumn]
  package var choice: DedicatedColumnChoice?
  package var compression = BlockCompression.standard
  package var redaction: Redaction?
  /// By block; row groups that are left out.
  package var skippedRowGroups: [Set<Int>] = []
  /// What the spans of a row group take in memory.
  package var rowGroupBytes = 16 << 20
  package var threadCount = 1
  package var compactionLevel: Int

  /// Merges blocks as they are: the first one's format, one level up. Where their columns differ,
  /// an attribute has its own if it had one in any of the blocks, those of the first in front.
  package init(merging blocks: [Block]) {
    precondition(!blocks.isEmpty, "there is something to read")
    self.blocks = blocks
    let first = blocks[0].metadata
    version = first.version == .vParquet3 ? .vParquet5 : first.version
    dedicated = DedicatedColumn.union(blocks.map(\.metadata.dedicatedColumns))
    compactionLevel = (blocks.map(\.metadata.compactionLevel).max() ?? 0) + 1
  }

  /// The same block without the traces whose time is up.
  package func without(_ expiry: TraceExpiry) -> BlockRewrite {
    var rewrite = self
    rewrite.compactionLevel = blocks[0].metadata.compactionLevel
    rewrite.redaction = Redaction(attributes: [], traces: expiry.traces)
    return rewrite
  }

  /// What was done.
  package struct Outcome: Sendable {
    /// nil if nothing remained to be written.
    package var metadata: BlockMetadata?
    package var spansRead = 0
    package var spansWritten = 0
    package var bytesRead = 0
    /// The redaction met nothing: no block was written, the old one is as it should be.
    package var isUnchanged = false
    /// Blocks that cannot be read: nothing was done.
    package var damaged: [(block: Block, reason: StorageError)] = []
  }

  /// Writes the new block into `folder`. When `isCancelled` says so, nothing is left behind and
  /// the error is that of a cancelled read.
  package func run(
    into folder: TenantFolder, progress: @Sendable (_ spans: Int) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) async throws(StorageError) -> Outcome {
    let statistics = ReadStatistics(isCancelled: isCancelled)
    let merge = try TraceMerge(
      blocks, skipping: skippedRowGroups, redaction: redaction, tableBytesMax: rowGroupBytes,
      statistics: statistics)
    var outcome = Outcome()
    guard let first = try merge.next() else {
      // The caller retires the sources of nothing: it must have been asked for.
      let isMeant = (redaction?.isNeeded ?? false) || !skippedRowGroups.isEmpty
      guard isMeant else { throw .damaged(file: blocks[0].location, "the blocks hold no spans") }
      return outcome
    }
    let dedicated = choice?.columns(first) ?? dedicated
    var identity = BlockIdentity(blockID: BlockID.random(), tenant: folder.tenant)
    identity.compactionLevel = compactionLevel
    identity.replicationFactor = blocks[0].metadata.replicationFactor
    identity.timeRange = timeRange
    let place = try LocalBlockFolder(
      root: folder.root, tenant: folder.tenant, blockID: identity.blockID)
    do throws(StorageError) {
      var writer = try writer(identity, dedicated, to: try place.dataFile())
      var table: SpanTable? = first
      while var spans = table {
        outcome.spansRead += spans.spanCount
        let (next, failure) = await write(&spans, with: &writer, while: merge)
        if let failure { throw .unwritable(path: place.path, reason: failure.message) }
        if isCancelled() {
          throw .parquet(ParquetError(.cancelled, file: place.path, "cancelled"))
        }
        progress(outcome.spansRead)
        table = try next.get()
      }
      let written = try finish(&writer)
      if let redaction, !redaction.isNeeded {
        place.discard()
        outcome.isUnchanged = true
        return outcome
      }
      try place.publish(written.sink, objects(written))
      outcome.metadata = written.metadata
      outcome.spansWritten = written.spanCount
    } catch {
      place.discard()
      throw error
    }
    outcome.bytesRead = statistics.bytesRead
    return outcome
  }

  /// Reads the blocks and writes nothing: what `redaction` meets is counted in it.
  package func read(
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(StorageError) -> Int {
    let merge = try TraceMerge(
      blocks, skipping: skippedRowGroups, redaction: redaction, tableBytesMax: rowGroupBytes,
      statistics: ReadStatistics(isCancelled: isCancelled))
    while try merge.next() != nil {}  // ends with the blocks
    return merge.spanCount
  }

  /// The extremes of what the blocks say; nil if one does not say.
  private var timeRange: ClosedRange<UInt64>? {
    let ranges = blocks.compactMap(\.metadata.timeRange)
    guard ranges.count == blocks.count, let start = ranges.map(\.lowerBound).min(),
      let end = ranges.map(\.upperBound).max()
    else { return nil }
    return start...end
  }

  /// The names of the sources come before the metadata, which makes the block visible.
  private func objects(
    _ written: WrittenBlock<LocalFileSink>
  ) -> [(name: String, bytes: [UInt8])] {
    var objects = written.objects
    let sources = blocks.map { $0.name + "\n" }.joined()
    objects.insert((TenantFolder.sourcesName, Array(sources.utf8)), at: objects.count - 1)
    return objects
  }

  private func writer(
    _ identity: BlockIdentity, _ dedicated: [DedicatedColumn], to sink: LocalFileSink
  ) throws(StorageError) -> BlockWriter<LocalFileSink> {
    do throws(ByteSourceError) {
      return try BlockWriter(
        BlockSchema(version: version, dedicated: dedicated, compression), identity, to: sink)
    } catch {
      throw .unwritable(path: identity.blockID, reason: error.message)
    }
  }

  private func finish(
    _ writer: inout BlockWriter<LocalFileSink>
  ) throws(StorageError) -> WrittenBlock<LocalFileSink> {
    do throws(ByteSourceError) {
      return try writer.finish()
    } catch {
      throw .unwritable(path: "data.parquet", reason: error.message)
    }
  }

  /// Writes a table as a row group while the next one is read.
  private func write(
    _ table: inout SpanTable, with writer: inout BlockWriter<LocalFileSink>,
    while merge: TraceMerge
  ) async -> (next: Result<SpanTable?, StorageError>, failure: ByteSourceError?) {
    let threadCount = threadCount
    return await withTaskGroup(of: Result<SpanTable?, StorageError>.self) { group in
      group.addTask {
        do throws(StorageError) {
          return .success(try merge.next())
        } catch {
          return .failure(error)
        }
      }
      var failure: ByteSourceError?
      do throws(ByteSourceError) {
        try await writer.write(&table, threadCount: threadCount, rowGroupBytes: .max)
      } catch {
        failure = error
      }
      return (await group.next() ?? .success(nil), failure)
    }
  }
}
