import Columns
import Spans
package import Storage
import Synchronization
import WriteAheadLog

/// Takes spans, keeps them safe, shows them at once, and makes blocks of them.
package final class LiveStore: Sendable {
  /// What the store tells its owner.
  package struct Hooks: Sendable {
    /// A block was published: afterwards a listing has to hold it. false: not yet.
    package var published: @Sendable () -> Bool
    package var noted: @Sendable (Note) -> Void
    /// Something large has been freed.
    package var givesMemoryBack: @Sendable () -> Void

    package init(
      published: @escaping @Sendable () -> Bool, noted: @escaping @Sendable (Note) -> Void,
      givesMemoryBack: @escaping @Sendable () -> Void
    ) {
      self.published = published
      self.noted = noted
      self.givesMemoryBack = givesMemoryBack
    }
  }

  /// Something a person may want to know.
  package enum Note: Sendable {
    case replayed(log: String, spans: Int, tornBytes: Int)
    case alreadyPublished(log: String)
    case damaged(String)
    case wrote(tenant: String, blockID: String, spans: Int, bytes: Int)
    case failed(String)
  }

  package let settings: IngestSettings
  private let hooks: Hooks
  private let lock: DataFolderLock
  let folder: LogFolder
  private let tenants = Mutex<[String: LiveTenant]>([:])
  private let cache: BoundedCache
  /// Held while live spans go because their block is in the list of blocks, and while both are
  /// looked at: a query sees them in one of the two.
  private let handingOver = Mutex<Void>(())
  private let account = LiveMemory()
  /// Requests that wait for memory.
  private let line = Mutex(RoomLine())
  private let hasWaiters = Atomic<Bool>(false)
  private let isFlushing = Mutex(false)
  private let lastSync: Atomic<UInt64>
  /// Nanoseconds of a clock that never jumps.
  private let clock: @Sendable () -> UInt64
  private let retryNanoseconds = Atomic<UInt64>(0)

  /// Opens the data folder for writing and reads back what its logs hold.
  package init(
    _ settings: IngestSettings, hooks: Hooks,
    clock: @escaping @Sendable () -> UInt64 = Clock.monotonicNanoseconds
  ) throws(StorageError) {
    self.settings = settings
    self.hooks = hooks
    self.clock = clock
    lastSync = Atomic(clock())
    folder = LogFolder(root: settings.root)
    cache = BoundedCache(capacityBytes: Self.cacheBytes)
    do throws(LogError) {
      guard let lock = try DataFolderLock(root: settings.root) else {
        throw LogError(path: settings.root, code: 0)
      }
      self.lock = lock
    } catch {
      throw .unwritable(
        path: settings.root,
        reason: error.code == 0 ? "another process takes spans for this folder" : error.message)
    }
    for name in folder.names() { try replay(name) }
  }

  private func tenant(_ name: String) -> LiveTenant {
    tenants.withLock { tenants in
      if let known = tenants[name] { return known }
      let fresh = LiveTenant(name: name, folder: folder, memory: account)
      tenants[name] = fresh
      return fresh
    }
  }

  /// Whether spans of that tenant were ever taken.
  package func knows(tenant name: String) -> Bool { tenants.withLock { $0[name] != nil } }

  private var all: [LiveTenant] {
    tenants.withLock { $0.values.sorted { $0.name < $1.name } }
  }

  // MARK: Taking

  /// Takes a request of a tenant, whole or not at all; `then` is told from some thread once it is
  /// safe.
  package func take(
    _ format: SpanFormat, _ body: [UInt8], tenant name: String,
    then: @escaping @Sendable (Result<Int, IngestRefusal>) -> Void
  ) {
    tenant(name).take(format, body, settings, now: clock(), then: then)
  }

  package var counts: [(tenant: String, counts: IngestCounts)] {
    all.map { tenant in (tenant.name, tenant.state.withLock { $0.counts }) }
  }

  /// Spans that are in no block yet.
  package var liveSpanCount: Int {
    all.reduce(0) { $0 + $1.state.withLock { $0.segments.reduce(0) { $0 + $1.spanCount } } }
  }

  // MARK: Asking

  /// The live spans of all tenants, or of one, and what `list` says is stored at the same moment:
  /// live spans are in the list only as the block they become, never as one that was made of it.
  package func view<List>(
    tenant: String?, beside list: () -> List
  ) -> (live: LiveView, stored: List) {
    handingOver.withLock { _ in
      let chunks = all.filter { tenant == nil || $0.name == tenant }.flatMap { tenant in
        tenant.state.withLock { $0.views(tenant: tenant.name) }
      }
      return (LiveView(chunks: chunks, cache: cache), list())
    }
  }

  /// The IDs of the blocks that live spans become or have just become: nothing may be made of
  /// these.
  package var blockIDs: Set<String> {
    Set(all.flatMap { $0.state.withLock { $0.segments.map(\.blockID) } })
  }

  // MARK: Writing blocks

  /// Does what is due; to be called about once a second.
  package func tick() async {
    let now = clock()
    admitWaiting()
    if hasWaiters.load(ordering: .relaxed) { sealForRoom() }
    for tenant in all {
      tenant.state.withLock { state in
        state.sealIfDue(settings, now: now)
        state.traces.forgetIdle(before: now &- settings.idleNanoseconds)
      }
    }
    if settings.durability == .interval,
      now &- lastSync.load(ordering: .relaxed) >= settings.syncNanoseconds
    {
      lastSync.store(now, ordering: .relaxed)
      for tenant in all {
        if let error = tenant.synchronize() { hooks.noted(.failed(error.message)) }
      }
    }
    if now >= retryNanoseconds.load(ordering: .relaxed) { await writeSealed() }
  }

  /// Writes everything there is as blocks; false if something could not be written.
  package func flush() async -> Bool {
    for tenant in all { tenant.state.withLock { $0.sealAll() } }
    while isFlushing.withLock({ $0 }) || hasPending {
      // The sleep of a task that nobody cancels does not fail.
      try? await Task.sleep(nanoseconds: 2_000_000)
    }
    await writeSealed()
    return all.allSatisfy { tenant in
      tenant.state.withLock { $0.segments.allSatisfy { !$0.isSealed } }
    }
  }

  private var hasPending: Bool {
    all.contains { $0.state.withLock { !$0.pending.isEmpty || $0.isDraining } }
  }

  /// Writes the sealed segments, one after the other; nothing if that is being done already.
  private func writeSealed() async {
    let isMine = isFlushing.withLock { isFlushing in
      defer { isFlushing = true }
      return !isFlushing
    }
    guard isMine else { return }
    defer { isFlushing.withLock { $0 = false } }
    for tenant in all {
      while let segment = tenant.state.withLock({ $0.segments.first { $0.isWritable } }) {
        guard await writeInTurn(segment, of: tenant) else {
          retryNanoseconds.store(clock() &+ Self.retryNanoseconds, ordering: .relaxed)
          return
        }
        hooks.givesMemoryBack()
        admitWaiting()
      }
    }
  }

  /// Queries go before blocks that are written, as long as these keep up; then it is the other way
  /// round, on threads that queries cannot keep busy.
  private func writeInTurn(_ segment: LiveSegment, of tenant: LiveTenant) async -> Bool {
    await Task(priority: isBehind ? .high : .utility) { await write(segment, of: tenant) }.value
  }

  /// What is kept of live spans between queries: they are other ones soon.
  private static let cacheBytes = 32 << 20

  /// A disk that is full stays so for a while.
  private static let retryNanoseconds: UInt64 = 2_000_000_000

  private func write(_ segment: LiveSegment, of tenant: LiveTenant) async -> Bool {
    do throws(StorageError) {
      if segment.spanCount > 0 {
        let isThere = try LogReplay.isPublished(
          LogFolder.Name(
            tenant: tenant.name, number: segment.number, blockID: segment.blockID),
          root: settings.root)
        if !isThere {
          defer { account.noteWriting(0) }
          let bytes = try await SegmentWriter(settings: settings).write(
            segment, tenant: tenant.name, account)
          tenant.state.withLock { state in
            state.counts.blocksWritten += 1
            state.counts.blockBytesWritten += bytes
          }
          hooks.noted(
            .wrote(
              tenant: tenant.name, blockID: segment.blockID, spans: segment.spanCount,
              bytes: bytes))
        }
        // Until queries find the block the spans stay live: they are never in neither.
        guard hooks.published() else { return false }
      }
    } catch {
      tenant.state.withLock { $0.counts.failedFlushes += 1 }
      hooks.noted(.failed("a block cannot be written: \(error)"))
      return false
    }
    do throws(LogError) {
      handingOver.withLock { _ in tenant.forget(segment) }
      try tenant.removeLog(of: segment)
    } catch {
      // The block is there: the next start removes the log.
      hooks.noted(.failed("a log cannot be removed: \(error.message)"))
    }
    return true
  }
}

// MARK: Memory

extension LiveStore {
  /// What is in memory, and of what.
  package var memory: LiveMemory.Usage { account.usage }

  /// Whether senders bring more than is written.
  private var isBehind: Bool { account.ingestBytes > settings.memoryBytesMax / 2 }

  /// Sets memory aside for a request; false if there is none just now, or others wait for it. What
  /// was set aside is given back with `release`.
  package func reserve(_ bytes: Int) -> Bool {
    !hasWaiters.load(ordering: .relaxed) && account.take(bytes, within: settings.memoryBytesMax)
  }

  /// Sets memory aside as soon as there is some; `then` is told, at once or from some thread,
  /// whether there was in time.
  package func waitForRoom(_ bytes: Int, then: @escaping @Sendable (Bool) -> Void) {
    let waiter = RoomLine.Waiter(
      bytes: bytes, deadline: clock() &+ settings.patienceNanoseconds, then: then)
    let isWaiting =
      bytes <= settings.memoryBytesMax
      && line.withLock { line in
        defer { hasWaiters.store(!line.isEmpty, ordering: .relaxed) }
        return line.append(waiter)
      }
    if isWaiting { admitWaiting() } else { then(false) }
  }

  package func release(_ bytes: Int) {
    account.release(bytes)
    admitWaiting()
  }

  /// Nobody waits for memory from now on.
  package func stopWaiting() {
    let waiters = line.withLock { line in
      hasWaiters.store(false, ordering: .relaxed)
      return line.close()
    }
    for waiter in waiters { waiter.then(false) }
  }

  private func admitWaiting() {
    guard hasWaiters.load(ordering: .relaxed) else { return }
    let (served, disappointed) = line.withLock { line in
      defer { hasWaiters.store(!line.isEmpty, ordering: .relaxed) }
      return line.leave(now: clock()) { account.take($0, within: settings.memoryBytesMax) }
    }
    for waiter in served { waiter.then(true) }
    for waiter in disappointed { waiter.then(false) }
  }

  /// Sees to it that something is written: nothing waits for its traces any more, and where nothing
  /// is due, the largest block that is open is.
  private func sealForRoom() {
    for tenant in all { tenant.state.withLock { $0.sealWaiting() } }
    guard !all.contains(where: { $0.state.withLock { $0.segments.contains(where: \.isSealed) } })
    else { return }
    let largest = all.max { $0.openByteCount < $1.openByteCount }
    largest?.state.withLock { $0.sealOpen() }
  }
}

extension LiveTenant {
  /// Bytes received for the block that is open.
  fileprivate var openByteCount: Int {
    state.withLock { state in state.segments.last.map { $0.isOpen ? $0.byteCount : 0 } ?? 0 }
  }
}

// MARK: Replay

extension LiveStore {
  /// Reads a log of an earlier process: what became a block goes, the rest is live again, and due
  /// to be written.
  private func replay(_ name: LogFolder.Name) throws(StorageError) {
    let path = folder.path(of: name)
    do throws(LogError) {
      if try published(name) {
        hooks.noted(.alreadyPublished(log: path))
        try folder.remove(name)
        return
      }
      guard let log = try ReplayedLog(name, in: folder) else { return }
      for sentence in log.damage { hooks.noted(.damaged(sentence)) }
      hooks.noted(.replayed(log: path, spans: log.spanCount, tornBytes: log.tornBytes))
      tenant(name.tenant).state.withLock { $0.restore(log, now: clock()) }
    } catch {
      throw .unreadable(path: error.path, reason: error.reason)
    }
  }

  private func published(_ name: LogFolder.Name) throws(LogError) -> Bool {
    do throws(StorageError) {
      return try LogReplay.isPublished(name, root: settings.root)
    } catch {
      // Not to know whether it was published would be to risk showing its spans twice.
      throw LogError(path: folder.path(of: name), code: 5)
    }
  }
}

extension LiveTenantState {
  /// Puts what a log held among the segments, sealed.
  mutating func restore(_ log: ReplayedLog, now: UInt64) {
    var segment = LiveSegment(
      number: log.number, blockID: log.blockID, startNanoseconds: now)
    for table in log.chunks {
      segment.chunks.append(LiveChunk(number: nextChunk, restoring: table, memory))
      nextChunk += 1
    }
    segment.byteCount = log.byteCount
    segment.isSealed = true
    segment.isDamaged = !log.damage.isEmpty
    if segment.isDamaged { counts.discard(0, .damagedLog) }
    segments.append(segment)
    nextSegment = max(nextSegment, log.number + 1)
  }
}
