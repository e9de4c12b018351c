import Columns
import Spans
package import Storage

/// Merges, retires and removes blocks of one tenant's folder. Whoever calls holds the folder's
/// lock. Every step can be the last one: the next run goes on from what it finds.
package struct Compactor: Sendable {
  package let folder: TenantFolder
  package var threadCount = 1
  package var compaction = CompactionPlan.Options()
  package var retention = RetentionPlan.Options()
  /// Replaced blocks stay so long for readers that know them; nanoseconds.
  package var graceNanoseconds: UInt64 = 3_600_000_000_000
  /// Blocks that are left alone, by name: they cannot be read.
  package var setAside: Set<String> = []
  private let cache = BoundedCache(capacityBytes: 16 << 20)

  package init(_ folder: TenantFolder) { self.folder = folder }

  /// Retires what was replaced before a crash, removes what is half written, and gives the rest.
  package func recover() throws(StorageError) -> [Block] {
    let blocks = try folder.blocks(cache: cache)
    let replaced = Set(try folder.recover(blocks).replaced)
    return blocks.filter { !replaced.contains($0.name) }
  }

  /// The live blocks as they are, nothing put right.
  package func blocks() throws(StorageError) -> [Block] { try folder.blocks(cache: cache) }

  /// What would be merged now.
  package func jobs(_ blocks: [Block]) throws(StorageError) -> [[Block]] {
    var free: [Block] = []
    for block in blocks where !setAside.contains(block.name) {
      if try !folder.isHeld(block) { free.append(block) }
    }
    return CompactionPlan(free, compaction).jobs
  }

  /// Merges the blocks of one job into a new one and retires them. If one of several cannot be
  /// read, nothing is done, and the outcome says which.
  package func run(
    _ rewrite: BlockRewrite, progress: @Sendable (_ spans: Int) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) async throws(StorageError) -> BlockRewrite.Outcome {
    let outcome: BlockRewrite.Outcome
    do throws(StorageError) {
      outcome = try await rewrite.run(into: folder, progress: progress, isCancelled: isCancelled)
    } catch {
      guard error.isDamage, !error.isUnwritable, rewrite.blocks.count > 1 else { throw error }
      let damaged = try BlockTrial.failures(of: rewrite.blocks, isCancelled: isCancelled)
      var outcome = BlockRewrite.Outcome()
      // Blocks that can be read one by one and not together are all left alone.
      outcome.damaged = damaged.isEmpty ? rewrite.blocks.map { ($0, error) } : damaged
      return outcome
    }
    if !outcome.isUnchanged {
      for block in rewrite.blocks { try folder.retire(block.name) }
    }
    return outcome
  }

  /// What has had its time.
  package func expired(_ blocks: [Block], now: UInt64) -> RetentionPlan {
    RetentionPlan(blocks, now: now, retention)
  }

  /// Removes blocks that were retired longer ago than the grace time; returns which.
  package func clear(now: UInt64) throws(StorageError) -> [String] {
    var cleared: [String] = []
    for (blockID, time) in try folder.retired()
    where time.addingReportingOverflow(graceNanoseconds).partialValue <= now {
      folder.clear(blockID)
      cleared.append(blockID)
    }
    return cleared
  }
}
