import LiveStore
import Storage
import Synchronization
import Testing

@Suite struct LiveViewTests {
  private func view(_ store: LiveStore, _ tenant: String? = nil) -> LiveView {
    store.view(tenant: tenant, beside: {}).live
  }

  @Test func whatIsAcknowledgedIsSeenByItsTenant() async throws {
    let folder = try DataFolder()
    let store = try LiveStore.open(folder)
    #expect(view(store).isEmpty)
    #expect(try await store.take(Request.spans(1...3)).get() == 3)
    #expect(try await store.take(Request.spans(4...5), tenant: "u").get() == 2)
    #expect(await view(store, "t").blocks(besides: []).map(\.metadata.traceCount) == [3])
    #expect(await view(store).blocks(besides: []).map(\.metadata.traceCount) == [3, 2])
    #expect(view(store, "v").isEmpty)
  }

  /// A view is of one moment: what comes later is not in it.
  @Test func aViewDoesNotGrow() async throws {
    let folder = try DataFolder()
    let store = try LiveStore.open(folder)
    _ = await store.take(Request.spans(1...3))
    let before = view(store)
    _ = await store.take(Request.spans(4...9))
    #expect(await before.blocks(besides: []).map(\.metadata.traceCount) == [3])
    #expect(await view(store).blocks(besides: []).map(\.metadata.traceCount) == [9])
    #expect(await before.blocks(besides: []).map(\.metadata.traceCount) == [3])
  }

  @Test func whatDidNotGrowIsEncodedOnce() async throws {
    let folder = try DataFolder()
    let store = try LiveStore.open(folder)
    _ = await store.take(Request.spans(1...3))
    let first = await view(store).blocks(besides: []).map(\.metadata.blockID)
    #expect(await view(store).blocks(besides: []).map(\.metadata.blockID) == first)
    _ = await store.take(Request.spans(4...4))
    #expect(await view(store).blocks(besides: []).map(\.metadata.blockID) != first)
  }

  @Test func whatIsStoredUnderTheNameItGetsIsLeftOut() async throws {
    let folder = try DataFolder()
    let store = try LiveStore.open(folder)
    _ = await store.take(Request.spans(1...3))
    #expect(store.blockIDs.count == 1)
    #expect(await view(store).blocks(besides: store.blockIDs).isEmpty)
  }

  /// Until the list has the block its spans stay live, and the block is not to be touched.
  @Test func spansStayLiveUntilTheirBlockIsListed() async throws {
    let folder = try DataFolder()
    let counts = Counts()
    let store = try LiveStore.open(
      folder, published: { counts.isDone.load(ordering: .relaxed) })
    _ = await store.take(Request.spans(1...3))
    #expect(await !store.flush())
    #expect(folder.blockIDs().count == 1)
    #expect(store.blockIDs == Set(folder.blockIDs()))
    #expect(await view(store).blocks(besides: []).map(\.metadata.traceCount) == [3])
    counts.isDone.store(true, ordering: .relaxed)
    #expect(await store.flush())
    #expect(store.blockIDs.isEmpty && view(store).isEmpty)
  }

  /// Every look finds each acknowledged span exactly once, while blocks are written and at once
  /// merged into others.
  @Test func aLookAtAnyMomentFindsEverySpanOnce() async throws {
    let folder = try DataFolder()
    let listing = MergedListing()
    let store = try LiveStore.open(folder, published: { listing.look(at: folder) })
    let counts = Counts()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { counts.isDone.store(true, ordering: .sequentiallyConsistent) }
        for number in UInt8(1)...100 {
          counts.started.add(1, ordering: .sequentiallyConsistent)
          let taken = try await store.take(Request.spans(number...number)).get()
          #expect(taken == 1)
          counts.acknowledged.add(1, ordering: .sequentiallyConsistent)
          if number % 5 == 0 {
            let isWritten = await store.flush()
            #expect(isWritten)
          }
        }
      }
      group.addTask {
        while !counts.isDone.load(ordering: .sequentiallyConsistent) {
          listing.merge(store)
          await Task.yield()
        }
      }
      repeat {
        let least = counts.acknowledged.load(ordering: .sequentiallyConsistent)
        let (view, stored) = store.view(tenant: "t", beside: { listing.content })
        let most = counts.started.load(ordering: .sequentiallyConsistent)
        let live = await view.blocks(besides: Set(stored.blocks.keys))
        let count =
          live.reduce(0) { $0 + $1.metadata.traceCount } + stored.blocks.values.reduce(0, +)
          + stored.mergedCount
        #expect(least <= count && count <= most)
      } while !counts.isDone.load(ordering: .sequentiallyConsistent)
      try await group.waitForAll()
    }
    listing.merge(store)
    #expect(listing.content.mergedCount == 100 && listing.content.blocks.isEmpty)
  }
}

private final class Counts: Sendable {
  let started = Atomic(0)
  let acknowledged = Atomic(0)
  let isDone = Atomic(false)
}

/// A list of blocks of which all that may be merged soon are.
private final class MergedListing: Sendable {
  struct Content {
    /// Spans by block.
    var blocks: [String: Int] = [:]
    var gone: Set<String> = []
    var mergedCount = 0
  }

  private let state = Mutex(Content())

  var content: Content { state.withLock { $0 } }

  func look(at folder: DataFolder) -> Bool {
    for id in folder.blockIDs() {
      let count = folder.traceCount(of: id)
      state.withLock { if !$0.gone.contains(id) { $0.blocks[id] = count } }
    }
    return true
  }

  /// As the server's compaction does it: first the list, then which of it are not to be touched.
  func merge(_ store: LiveStore) {
    let listed = content.blocks.keys
    let becoming = store.blockIDs
    state.withLock { state in
      for id in listed where !becoming.contains(id) {
        state.mergedCount += state.blocks.removeValue(forKey: id) ?? 0
        state.gone.insert(id)
      }
    }
  }
}
