import Synchronization

/// Bytes that spans in no block yet take, and requests on their way: added up where they come and
/// go, so that whoever asks waits for nobody who is at work.
package final class LiveMemory: Sendable {
  private let live = Atomic<Int>(0)
  private let held = Atomic<Int>(0)
  private let requests = Atomic<Int>(0)
  private let writing = Atomic<Int>(0)

  /// What the bytes are of.
  package struct Usage: Sendable, Equatable {
    /// Spans in no block.
    package var live = 0
    /// Spans whose block is there, which queries that began before still read.
    package var held = 0
    /// Requests that are being received and decoded.
    package var requests = 0
    /// The copy of spans that is becoming a block.
    package var writing = 0
  }

  var usage: Usage {
    Usage(
      live: live.load(ordering: .relaxed), held: held.load(ordering: .relaxed),
      requests: requests.load(ordering: .relaxed), writing: writing.load(ordering: .relaxed))
  }

  /// Spans in no block and requests: what has to become less before there is room.
  var ingestBytes: Int { live.load(ordering: .relaxed) + requests.load(ordering: .relaxed) }

  /// Sets `bytes` aside for a request, if no more than `bytesMax` are in use then. What queries
  /// hold counts as well, but leaves at least half of it to the senders: they do not wait for the
  /// end of a long query.
  func take(_ bytes: Int, within bytesMax: Int) -> Bool {
    let held = min(held.load(ordering: .relaxed), bytesMax / 2)
    let taken = requests.add(bytes, ordering: .relaxed).newValue
    if live.load(ordering: .relaxed) + taken + held <= bytesMax { return true }
    release(bytes)
    return false
  }

  func release(_ bytes: Int) { requests.subtract(bytes, ordering: .relaxed) }

  func noteWriting(_ bytes: Int) { writing.store(bytes, ordering: .relaxed) }

  fileprivate func add(_ bytes: Int, isHeld: Bool) {
    if isHeld { held.add(bytes, ordering: .relaxed) } else { live.add(bytes, ordering: .relaxed) }
  }
}

/// What one chunk takes for as long as anybody has it: its segment, or a query that reads it.
final class ChunkMemory: Sendable {
  private struct State {
    var tableBytes = 0
    var imageBytes = 0
    var isHeld = false
  }

  private let account: LiveMemory
  private let state = Mutex(State())

  init(_ account: LiveMemory) { self.account = account }

  deinit {
    let state = state.withLock { $0 }
    account.add(-state.tableBytes - state.imageBytes, isHeld: state.isHeld)
  }

  /// The chunk's spans take that much by now.
  func note(tableBytes: Int) {
    state.withLock { state in
      account.add(tableBytes - state.tableBytes, isHeld: state.isHeld)
      state.tableBytes = tableBytes
    }
  }

  /// More of the block in memory that the chunk is read as has been made.
  func add(imageBytes: Int) {
    state.withLock { state in
      account.add(imageBytes, isHeld: state.isHeld)
      state.imageBytes += imageBytes
    }
  }

  /// The block in memory is to be made anew.
  func forgetImage() {
    state.withLock { state in
      account.add(-state.imageBytes, isHeld: state.isHeld)
      state.imageBytes = 0
    }
  }

  /// The chunk's spans are in a stored block now: only queries still have them.
  func becomesHeld() {
    state.withLock { state in
      guard !state.isHeld else { return }
      state.isHeld = true
      let bytes = state.tableBytes + state.imageBytes
      account.add(-bytes, isHeld: false)
      account.add(bytes, isHeld: true)
    }
  }
}
