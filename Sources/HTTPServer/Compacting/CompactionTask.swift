import Compaction
import Engine
import LiveStore
import Storage
import Synchronization

/// Merging and retiring of blocks beside a running server, one merge at a time.
final class CompactionTask: Sendable {
  /// Who is told of what is done.
  struct Listener: Sendable {
    /// There are other blocks.
    var changed: @Sendable () -> Void
    /// A tenant's blocks could not be seen to.
    var failed: @Sendable (_ tenant: String, StorageError) -> Void
    /// A block is left alone from now on.
    var setAside: @Sendable (Block, StorageError) -> Void
  }

  let counts = CompactionCounts()
  private let isRunning = Atomic<Bool>(false)
  private let isStopped = Atomic<Bool>(false)
  private let lastRun = Atomic<UInt64>(0)
  /// Stops the queries of rules.
  private let judging = QueryProgress()
  /// Names of blocks that cannot be read. A block never changes, so they stay here.
  private let setAside = Mutex<Set<String>>([])
  /// Blocks that were asked for traces whose time is up, and had too few: at which stage.
  private let judged = Mutex<[String: String]>([:])

  /// A merge that is under way is undone.
  func stop() {
    isStopped.store(true, ordering: .relaxed)
    judging.cancel()
  }

  /// Does what is to be done if it is time to.
  func tick(_ configuration: Configuration, live: LiveStore, _ listener: Listener) async {
    let now = Clock.monotonicNanoseconds()
    let cycle = UInt64(max(configuration.retention.cycle.nanoseconds, 1_000_000_000))
    guard now &- lastRun.load(ordering: .relaxed) >= cycle,
      !isRunning.exchange(true, ordering: .relaxed)
    else { return }
    defer { isRunning.store(false, ordering: .relaxed) }
    lastRun.store(now, ordering: .relaxed)
    let root = configuration.sourcePath
    await attempt(tenant: "", listener) { () async throws(StorageError) in
      for folder in try TenantFolder.all(root: root) where !self.isOver {
        await self.attempt(tenant: folder.tenant, listener) { () async throws(StorageError) in
          try await self.run(configuration, folder, live, listener)
        }
      }
    }
  }

  private var isOver: Bool { isStopped.load(ordering: .relaxed) }

  /// What fails is said, and others go on.
  private func attempt(
    tenant: String, _ listener: Listener, _ work: () async throws(StorageError) -> Void
  ) async {
    do throws(StorageError) {
      try await work()
    } catch {
      if isOver { return }
      counts.add(.errors)
      listener.failed(tenant, error)
    }
  }

  private func run(
    _ configuration: Configuration, _ folder: TenantFolder, _ live: LiveStore,
    _ listener: Listener
  ) async throws(StorageError) {
    var compactor = configuration.compactor(folder)
    let now = UInt64(Clock.nowNanoseconds())
    var blocks = try compactor.recover()
    // Live spans are told from stored ones by the block they became: that one stays until they go.
    let becoming = live.blockIDs
    blocks.removeAll { becoming.contains($0.metadata.blockID) }
    let plan = compactor.expired(blocks, now: now)
    for (block, _) in plan.expired {
      try folder.retire(block.name)
      counts.add(.blocksRetired)
    }
    if !plan.expired.isEmpty { listener.changed() }
    let gone = Set(plan.expired.map(\.block.name))
    blocks.removeAll { gone.contains($0.name) }
    compactor.setAside = setAside.withLock { $0 }
    let judge = configuration.retentionJudge(compactor.retention.rules)
    // Parts that a block has just lost still tell of the traces of others.
    let known = blocks
    for mixed in plan.mixed where !isOver && !compactor.setAside.contains(mixed.block.name) {
      if try await expire(mixed, of: known, compactor, judge, listener) {
        blocks.removeAll { $0.name == mixed.block.name }
        listener.changed()
      }
    }
    compactor.setAside = setAside.withLock { $0 }
    for job in try compactor.jobs(blocks) where !isOver {
      try await merge(configuration.rewrite(job), compactor, listener)
    }
    counts.add(.blocksCleared, try compactor.clear(now: now).count)
  }

  private func merge(
    _ rewrite: BlockRewrite, _ compactor: Compactor, _ listener: Listener
  ) async throws(StorageError) {
    let done = try await compactor.run(rewrite, isCancelled: { self.isOver })
    leaveAlone(done.damaged, listener)
    guard done.damaged.isEmpty else { return }
    counts.add(.blocksCompacted, rewrite.blocks.count)
    counts.add(.bytesWritten, done.metadata?.byteCount ?? 0)
    counts.add(.spansWritten, done.spansWritten)
    counts.add(.copiesMerged, done.spansRead - done.spansWritten)
    listener.changed()
  }

  private func leaveAlone(_ damaged: [(block: Block, reason: StorageError)], _ listener: Listener) {
    for (block, reason) in damaged
    where setAside.withLock({ $0.insert(block.name).inserted }) {
      counts.add(.blocksSetAside)
      listener.setAside(block, reason)
    }
  }

  // MARK: Rules

  /// Takes traces out of a block whose time is up; false if it stays as it is.
  private func expire(
    _ mixed: RetentionPlan.Mixed, of blocks: [Block], _ compactor: Compactor,
    _ judge: RetentionJudge, _ listener: Listener
  ) async throws(StorageError) -> Bool {
    let block = mixed.block
    let stage = mixed.stage + judge.rules.map(\.text).joined(separator: "\n")
    guard judged.withLock({ $0[block.name] != stage }), try !compactor.folder.isHeld(block) else {
      return false
    }
    do throws(StorageError) {
      let others = blocks.filter { !compactor.setAside.contains($0.name) }
      let expiry = try await judge.judge(mixed, among: others, progress: judging)
      guard expiry.isEnough(percent: compactor.retention.rewritePercent) else {
        judged.withLock { $0[block.name] = stage }
        return false
      }
      if expiry.isWhole {
        try compactor.folder.retire(block.name)
        counts.add(.blocksRetired)
      } else {
        _ = try await compactor.run(
          BlockRewrite(merging: [block]).without(expiry), isCancelled: { self.isOver })
      }
      judged.withLock { _ = $0.removeValue(forKey: block.name) }
      counts.add(.tracesExpired, expiry.traces.count)
      return true
    } catch {
      guard error.isDamage, !error.isUnwritable, !isOver else { throw error }
      let near = judge.neighbours(of: block, among: blocks)
      let damaged = try BlockTrial.failures(of: near, isCancelled: { self.isOver })
      leaveAlone(damaged.isEmpty ? [(block, error)] : damaged, listener)
      return false
    }
  }
}

extension TraceServer {
  /// Merges and retires blocks when it is time to; only in a folder this server writes to.
  func compact() {
    let configuration = current.configuration
    guard let live, configuration.retention.isEnabled else { return }
    let listener = CompactionTask.Listener(
      changed: {
        // What cannot be listed now is said by the next look for blocks.
        _ = try? self.blocks.refresh()
      },
      failed: { tenant, error in
        self.log(
          .error, "compaction", [.text("tenant", tenant), .text("error", error.description)])
      },
      setAside: { block, reason in
        self.log(
          .error, "compaction: block set aside",
          [.text("block", block.name), .text("error", reason.description)])
      })
    Task(priority: .utility) {
      await compaction.tick(configuration, live: live, listener)
    }
  }
}
