import Glibc
import Synchronization

/// Every open connection with the time by which its client must have done its part.
///
/// The library closes connections on which nothing happens. It cannot see clients that send a byte
/// now and then to hold a connection for ever; these are cut off here.
final class ConnectionTable: Sendable {
  struct Limits: Sendable {
    var bodyBytesMax: Int
    var receiveNanoseconds: UInt64
    var sendNanoseconds: UInt64
    var idleNanoseconds: UInt64
  }

  enum Phase: Sendable {
    /// Between requests, or before the first: until the headers of the next one are there.
    case idle
    case receiving
    /// The client waits for us.
    case answering
    case sending
  }

  private struct Connection {
    var socket: Int32
    var deadline: UInt64
  }

  let limits: Limits
  private let open = Mutex<[UInt: Connection]>([:])

  init(limits: Limits) { self.limits = limits }

  var count: Int { open.withLock { $0.count } }

  func opened(_ connection: OpaquePointer, socket: Int32) {
    let deadline = Clock.monotonicNanoseconds() &+ limits.receiveNanoseconds
    open.withLock {
      $0[UInt(bitPattern: connection)] = Connection(socket: socket, deadline: deadline)
    }
  }

  /// The library closes the socket after this, never before: numbers in the table are not reused.
  func closed(_ connection: OpaquePointer) {
    open.withLock { _ = $0.removeValue(forKey: UInt(bitPattern: connection)) }
  }

  func enter(_ phase: Phase, _ connection: OpaquePointer) {
    let now = Clock.monotonicNanoseconds()
    let deadline =
      switch phase {
      case .idle: now &+ limits.idleNanoseconds
      case .receiving: now &+ limits.receiveNanoseconds
      case .answering: UInt64.max
      case .sending: now &+ limits.sendNanoseconds
      }
    open.withLock { $0[UInt(bitPattern: connection)]?.deadline = deadline }
  }

  /// Cuts off clients whose time is up: the library meets the end of the stream, and closes.
  func cutOffLate() {
    let now = Clock.monotonicNanoseconds()
    open.withLock { open in
      for connection in open.values where connection.deadline < now {
        shutdown(connection.socket, Int32(SHUT_RDWR))
      }
    }
  }
}
