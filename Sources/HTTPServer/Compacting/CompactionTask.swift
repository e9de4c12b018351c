import Compaction
import LiveStore
import Storage
import Synchronization

/// Merging and retiring of blocks beside a running server, one merge at a time.
final class CompactionTask: Sendable {
  private let isRunning = Atomic<Bool>(false)
  private let isStopped = Atomic<Bool>(false)
  private let lastRun = Atomic<UInt64>(0)

  // MARK: Counts since the start

  let blocksCompacted = Atomic<Int>(0)
  let bytesWritten = Atomic<Int>(0)
  let spansWritten = Atomic<Int>(0)
  let copiesMerged = Atomic<Int>(0)
  let errors = Atomic<Int>(0)
  let blocksRetired = Atomic<Int>(0)
  let blocksCleared = Atomic<Int>(0)

  /// A merge that is under way is undone.
  func stop() { isStopped.store(true, ordering: .relaxed) }

  /// Does what is to be done if it is time to; `changed` is told when there are other blocks.
  func tick(
    _ configuration: Configuration, live: LiveStore, changed: @Sendable () -> Void,
    complain: @Sendable (StorageError) -> Void
  ) async {
    let now = Clock.monotonicNanoseconds()
    let cycle = UInt64(max(configuration.retention.cycle.nanoseconds, 1_000_000_000))
    guard now &- lastRun.load(ordering: .relaxed) >= cycle,
      !isRunning.exchange(true, ordering: .relaxed)
    else { return }
    defer { isRunning.store(false, ordering: .relaxed) }
    lastRun.store(now, ordering: .relaxed)
    do throws(StorageError) {
      for folder in try TenantFolder.all(root: configuration.sourcePath) {
        try await run(configuration.compactor(folder), live, changed)
      }
    } catch {
      if isStopped.load(ordering: .relaxed) { return }
      errors.add(1, ordering: .relaxed)
      complain(error)
    }
  }

  private func run(
    _ compactor: Compactor, _ live: LiveStore, _ changed: @Sendable () -> Void
  ) async throws(StorageError) {
    let now = UInt64(Clock.nowNanoseconds())
    var blocks = try compactor.recover()
    // Live spans are told from stored ones by the block they became: that one stays until they go.
    let becoming = live.blockIDs
    blocks.removeAll { becoming.contains($0.metadata.blockID) }
    let expired = compactor.expired(blocks, now: now).expired
    for (block, _) in expired {
      try compactor.folder.retire(block.name)
      blocksRetired.add(1, ordering: .relaxed)
    }
    if !expired.isEmpty { changed() }
    let gone = Set(expired.map(\.block.name))
    blocks.removeAll { gone.contains($0.name) }
    for job in try compactor.jobs(blocks) where !isStopped.load(ordering: .relaxed) {
      let done = try await compactor.run(
        BlockRewrite(merging: job), isCancelled: { self.isStopped.load(ordering: .relaxed) })
      blocksCompacted.add(job.count, ordering: .relaxed)
      bytesWritten.add(done.metadata?.byteCount ?? 0, ordering: .relaxed)
      spansWritten.add(done.spansWritten, ordering: .relaxed)
      copiesMerged.add(done.spansRead - done.spansWritten, ordering: .relaxed)
      changed()
    }
    let cleared = try compactor.clear(now: now).count
    blocksCleared.add(cleared, ordering: .relaxed)
  }

  /// The counts, under Tempo's names where they mean the same.
  func write(to text: inout MetricsText) {
    func counter(_ name: String, _ help: String, _ value: Int) {
      text.single(name, .counter, help, Double(value))
    }
    counter(
      "tempodb_compaction_blocks_total", "Blocks merged into others.",
      blocksCompacted.load(ordering: .relaxed))
    counter(
      "tempodb_compaction_bytes_written_total", "Bytes of merged blocks.",
      bytesWritten.load(ordering: .relaxed))
    counter(
      "traceql_compaction_spans_written_total", "Spans of merged blocks.",
      spansWritten.load(ordering: .relaxed))
    counter(
      "tempodb_compaction_spans_combined_total", "Copies of spans that were left out.",
      copiesMerged.load(ordering: .relaxed))
    counter(
      "tempodb_compaction_errors_total", "Compactions that failed.",
      errors.load(ordering: .relaxed))
    counter(
      "tempodb_retention_marked_for_deletion_total", "Blocks that had had their time.",
      blocksRetired.load(ordering: .relaxed))
    counter(
      "tempodb_retention_deleted_total", "Blocks removed.", blocksCleared.load(ordering: .relaxed))
  }
}

extension TraceServer {
  /// Merges and retires blocks when it is time to; only in a folder this server writes to.
  func compact() {
    let configuration = current.configuration
    guard let live, configuration.retention.isEnabled else { return }
    Task(priority: .utility) {
      await compaction.tick(
        configuration, live: live,
        changed: {
          // What cannot be listed now is said by the next look for blocks.
          _ = try? self.blocks.refresh()
        },
        complain: { self.log(.error, "compaction", [.text("error", $0.description)]) })
    }
  }
}
