import LiveStore
import Storage
import Synchronization
import Testing

/// Memory for spans: what counts, who waits for it, and what is done to make room.
@Suite struct RoomTests {
  /// What those who waited were told, in its order.
  private final class Answers: Sendable {
    private let told = Mutex<[String]>([])
    var all: [String] { told.withLock { $0 } }
    func note(_ name: String) -> @Sendable (Bool) -> Void {
      { isThere in self.told.withLock { $0.append(isThere ? name : "no \(name)") } }
    }
  }

  private let clock = ManualClock()
  private let answers = Answers()

  private func open(_ folder: DataFolder, bytesMax: Int) throws -> LiveStore {
    try LiveStore.open(folder, clock: clock) { settings in
      settings.memoryBytesMax = bytesMax
      settings.patienceNanoseconds = 3_000_000_000
    }
  }

  @Test func whoWaitsIsServedInTurn() async throws {
    let folder = try DataFolder()
    let store = try open(folder, bytesMax: 1_000)
    #expect(store.reserve(900))
    #expect(!store.reserve(200))
    store.waitForRoom(500, then: answers.note("first"))
    store.waitForRoom(50, then: answers.note("second"))
    #expect(answers.all.isEmpty)
    #expect(!store.reserve(1), "others were there before")
    store.release(900)
    #expect(answers.all == ["first", "second"])
    #expect(store.memory.requests == 550)
    #expect(store.reserve(450))
  }

  @Test func patienceEnds() async throws {
    let folder = try DataFolder()
    let store = try open(folder, bytesMax: 1_000)
    #expect(store.reserve(900))
    store.waitForRoom(500, then: answers.note("first"))
    clock.advance(seconds: 2)
    store.waitForRoom(200, then: answers.note("second"))
    await store.tick()
    #expect(answers.all.isEmpty)
    clock.advance(seconds: 1)
    await store.tick()
    #expect(answers.all == ["no first"])
    clock.advance(seconds: 2)
    await store.tick()
    #expect(answers.all == ["no first", "no second"])
    #expect(store.memory.requests == 900)
  }

  @Test func nobodyWaitsInVain() async throws {
    let folder = try DataFolder()
    let store = try open(folder, bytesMax: 1_000)
    store.waitForRoom(1_001, then: answers.note("too much"))
    #expect(answers.all == ["no too much"])
    #expect(store.reserve(900))
    store.waitForRoom(500, then: answers.note("first"))
    store.stopWaiting()
    store.waitForRoom(1, then: answers.note("late"))
    #expect(answers.all == ["no too much", "no first", "no late"])
  }

  /// Nothing is due, and there is no room: what is open becomes a block before its time.
  @Test func whatIsOpenIsWrittenWhereMemoryIsScarce() async throws {
    let folder = try DataFolder()
    let store = try open(folder, bytesMax: 20_000)
    #expect(try await store.take(Request.spans(1...50)).get() == 50)
    let live = store.memory.live
    #expect(live > 5_000)
    store.waitForRoom(20_000 - live + 1, then: answers.note("first"))
    #expect(answers.all.isEmpty)
    await store.tick()
    #expect(folder.blockIDs().count == 1)
    #expect(answers.all == ["first"])
  }

  /// A query keeps the spans it has begun with, also when their block is there.
  @Test func whatQueriesHoldIsCountedUntilTheyEnd() async throws {
    let folder = try DataFolder()
    let store = try open(folder, bytesMax: 1 << 20)
    _ = try await store.take(Request.spans(1...50)).get()
    let live = store.memory.live
    var asked: [Block]? = await store.view(tenant: "t", beside: {}).live.blocks(besides: [])
    #expect(store.memory.live > live, "what it is read as takes memory, too")
    #expect(await store.flush())
    #expect(store.memory.live == 0)
    #expect(store.memory.held > live)
    #expect(asked?.count == 1)
    asked = nil
    #expect([store.memory.live, store.memory.held, store.memory.requests] == [0, 0, 0])
  }
}
