import CMicrohttpd
import Synchronization

/// Answers without an end: connections that stay open until the client or the server leaves.
final class OpenStreams: Sendable {
  private let open = Mutex<[UInt64: Exchange]>([:])

  var count: Int { open.withLock { $0.count } }

  func add(_ exchange: Exchange, number: UInt64) { open.withLock { $0[number] = exchange } }

  func take(_ number: UInt64) -> Exchange? { open.withLock { $0.removeValue(forKey: number) } }

  func takeAll() -> [UInt64: Exchange] {
    open.withLock { open in
      defer { open = [:] }
      return open
    }
  }
}
