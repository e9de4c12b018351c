import LiveStore
import Storage
import Testing

/// When blocks are cut, by a clock that the test moves.
@Suite struct BlockCuttingTests {
  private let clock = ManualClock()

  /// A block after a minute; traces are complete after five seconds, and waited for thirty.
  private func open(
    _ folder: DataFolder, _ change: (inout IngestSettings) -> Void = { _ in }
  ) throws -> LiveStore {
    try LiveStore.open(folder, clock: clock) { settings in
      settings.blockNanosecondsMax = 60_000_000_000
      settings.idleNanoseconds = 5_000_000_000
      settings.traceNanosecondsMax = 30_000_000_000
      change(&settings)
    }
  }

  private func live(_ store: LiveStore) async -> [Int] {
    await store.view(tenant: "t", beside: {}).live.blocks(besides: []).map(\.metadata.traceCount)
  }

  /// How many traces each block has, the fewest first.
  private func written(_ folder: DataFolder) -> [Int] {
    folder.blockIDs().map { folder.traceCount(of: $0) }.sorted()
  }

  private func take(
    _ store: LiveStore, _ spans: [(trace: UInt8, id: UInt8)]
  ) async throws {
    #expect(try await store.take(Request.spans(spans)).get() == spans.count)
  }

  @Test func aBlockThatIsDueIsCutAtOnceIfItsTracesAreIdle() async throws {
    let folder = try DataFolder()
    let store = try open(folder)
    try await take(store, [(1, 1), (2, 2)])
    clock.advance(seconds: 59)
    await store.tick()
    #expect(written(folder).isEmpty)
    clock.advance(seconds: 1)
    await store.tick()
    #expect(written(folder) == [2])
    #expect(await live(store).isEmpty)
  }

  @Test func itWaitsForTheTracesThatStillGetSpans() async throws {
    let folder = try DataFolder()
    let store = try open(folder)
    try await take(store, [(1, 1), (2, 2)])
    clock.advance(seconds: 58)
    try await take(store, [(3, 3)])
    clock.advance(seconds: 3)
    await store.tick()
    #expect(written(folder).isEmpty)
    // One request, two blocks: trace 3 goes on, trace 4 is new, trace 1 was complete.
    try await take(store, [(3, 30), (4, 4), (1, 10)])
    #expect(await live(store) == [3, 2])
    clock.advance(seconds: 4)
    await store.tick()
    #expect(written(folder).isEmpty)
    clock.advance(seconds: 2)
    await store.tick()
    #expect(written(folder) == [3])
    #expect(await live(store) == [2])
    #expect(await store.flush())
    #expect(written(folder) == [2, 3])
  }

  @Test func butNotForEver() async throws {
    let folder = try DataFolder()
    let store = try open(folder)
    try await take(store, [(1, 1)])
    clock.advance(seconds: 60)
    try await take(store, [(1, 2)])
    var id: UInt8 = 3
    for _ in 0..<9 {
      await store.tick()
      clock.advance(seconds: 3)
      try await take(store, [(1, id)])
      id += 1
    }
    await store.tick()
    #expect(written(folder).isEmpty)
    clock.advance(seconds: 3)
    await store.tick()
    #expect(written(folder) == [1])
    #expect(await live(store).isEmpty)
    // What comes then is of the next block.
    try await take(store, [(1, id)])
    #expect(await live(store) == [1])
  }

  @Test func aBlockThatIsFullBeforeItsTracesCanBeIdleIsCutAsItIs() async throws {
    let folder = try DataFolder()
    let store = try open(folder) { $0.blockBytesMax = 1 }
    try await take(store, [(1, 1)])
    await store.tick()
    #expect(written(folder) == [1])
    try await take(store, [(1, 2)])
    clock.advance(seconds: 1)
    await store.tick()
    #expect(written(folder) == [1, 1])
  }

  @Test func aFullBlockWaitsToo() async throws {
    let folder = try DataFolder()
    let store = try open(folder) { $0.blockBytesMax = 400 }
    try await take(store, [(1, 1)])
    clock.advance(seconds: 6)
    try await take(store, (2...9).map { ($0, $0) })
    await store.tick()
    #expect(written(folder).isEmpty)
    try await take(store, [(2, 20)])
    #expect(await live(store) == [9])
    clock.advance(seconds: 6)
    await store.tick()
    #expect(written(folder) == [9])
  }

  /// Each log has what goes into its block and nothing else: a restart in between changes nothing.
  @Test func aRestartWhileABlockWaitsLosesAndDoublesNothing() async throws {
    let folder = try DataFolder()
    do {
      let store = try open(folder)
      try await take(store, [(1, 1)])
      clock.advance(seconds: 58)
      try await take(store, [(2, 2)])
      clock.advance(seconds: 3)
      await store.tick()
      try await take(store, [(2, 20), (3, 3)])
      #expect(folder.logs().count == 2)
    }
    let store = try open(folder)
    #expect(await live(store) == [2, 1])
    #expect(store.liveSpanCount == 4)
    #expect(await store.flush())
    #expect(written(folder) == [1, 2])
    #expect(folder.logs().isEmpty)
  }

  /// What waits takes memory that senders need.
  @Test func whereMemoryIsScarceNothingWaits() async throws {
    let folder = try DataFolder()
    let store = try open(folder) { $0.memoryBytesMax = 20_000 }
    try await take(store, [(1, 1)])
    clock.advance(seconds: 58)
    try await take(store, [(2, 2)])
    clock.advance(seconds: 3)
    await store.tick()
    #expect(written(folder).isEmpty)
    store.waitForRoom(20_000) { _ in }
    await store.tick()
    #expect(written(folder) == [2])
  }
}
