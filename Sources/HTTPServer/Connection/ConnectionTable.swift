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
    var connectionCountMax: Int
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
    /// Since when there is no request on it, or none with all its headers; nil while there is.
    var idleSince: UInt64?
  }

  let limits: Limits
  private let open = Mutex<[UInt: Connection]>([:])

  init(limits: Limits) { self.limits = limits }

  var count: Int { open.withLock { $0.count } }

  func opened(_ connection: OpaquePointer, socket: Int32) {
    let now = Clock.monotonicNanoseconds()
    open.withLock {
      $0[UInt(bitPattern: connection)] = Connection(
        socket: socket, deadline: now &+ limits.receiveNanoseconds, idleSince: now)
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
    open.withLock { open in
      guard var one = open[UInt(bitPattern: connection)] else { return }
      one.deadline = deadline
      one.idleSince = phase == .idle ? now : nil
      open[UInt(bitPattern: connection)] = one
      if phase == .idle, Self.hasLeft(one.socket) { shutdown(one.socket, Int32(SHUT_RDWR)) }
    }
  }

  /// Whether the client closed its end with its last request. The library was told of that
  /// together with the request, and is not told again.
  private static func hasLeft(_ socket: Int32) -> Bool {
    var byte: UInt8 = 0
    return recv(socket, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) == 0
  }

  /// Cuts off clients whose time is up: the library meets the end of the stream, and closes.
  /// Where connections get scarce, those that have been idle longest make room.
  func cutOffLate() {
    let now = Clock.monotonicNanoseconds()
    open.withLock { open in
      for connection in open.values where connection.deadline < now {
        shutdown(connection.socket, Int32(SHUT_RDWR))
      }
      let most = limits.connectionCountMax
      guard open.count >= max(1, most - max(1, most / 10)) else { return }
      let idle = open.values
        .compactMap { one in one.idleSince.map { (since: $0, socket: one.socket) } }
        .filter { now &- $0.since >= Self.graceNanoseconds }
        .sorted { $0.since < $1.since }
      for one in idle.prefix(max(1, most / 4)) {
        shutdown(one.socket, Int32(SHUT_RDWR))
      }
    }
  }

  /// Nobody is slower than this with the headers of a request, if he means one.
  private static let graceNanoseconds: UInt64 = 2_000_000_000
}
