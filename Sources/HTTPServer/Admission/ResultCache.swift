import Server
import Synchronization

/// Whole answers, kept while the blocks they are about stay the same.
final class ResultCache: Sendable {
  struct Key: Hashable, Sendable {
    /// Of the list of blocks: another list makes other keys, and the old ones fade.
    var generation: Int
    /// Of the configuration: limits and dialect are part of what is asked.
    var configuration: Int
    var tenant: String
    var target: String
    /// What the `Accept` header comes to, not the header: that may be of any length.
    var form: String
  }

  private struct Entry {
    var response: APIResponse
    var lastUse: UInt64
    var bytes: Int
  }

  private struct State {
    var entries: [Key: Entry] = [:]
    var bytes = 0
    var clock: UInt64 = 0
  }

  /// What an entry takes besides its texts, generously.
  private static let entryBytes = 512

  private let bytesMax: Int
  private let state = Mutex(State())

  init(bytesMax: Int) { self.bytesMax = bytesMax }

  var isOn: Bool { bytesMax > 0 }
  var usage: (count: Int, bytes: Int) { state.withLock { ($0.entries.count, $0.bytes) } }

  func response(_ key: Key) -> APIResponse? {
    state.withLock { state in
      state.clock += 1
      state.entries[key]?.lastUse = state.clock
      return state.entries[key]?.response
    }
  }

  /// Keeps an answer; one larger than an eighth of the cache is not kept.
  func store(_ response: APIResponse, for key: Key) {
    let bytes =
      response.body.count + key.target.utf8.count + key.tenant.utf8.count + Self.entryBytes
    guard bytes <= bytesMax / 8 else { return }
    state.withLock { state in
      state.clock += 1
      state.bytes += bytes - (state.entries[key]?.bytes ?? 0)
      state.entries[key] = Entry(response: response, lastUse: state.clock, bytes: bytes)
      guard state.bytes > bytesMax else { return }
      for (key, entry) in state.entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
        state.entries[key] = nil
        state.bytes -= entry.bytes
        // Make room for a while, so that not every store sorts.
        if state.bytes <= bytesMax / 4 * 3 { break }
      }
    }
  }
}
