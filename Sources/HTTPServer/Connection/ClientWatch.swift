import CMicrohttpd
import Glibc
import Synchronization

/// Looks after requests while they are answered: clients that go away, time that runs out, slow
/// connections, signals. One thread for all of it.
final class ClientWatch: Sendable {
  struct Actions: Sendable {
    /// A signal came.
    var signal: @Sendable (Int32) -> Void
    /// A request was told to stop; its number is that of `follow`.
    var stopped: @Sendable (Exchange, UInt64) -> Void
    /// About once a second.
    var tick: @Sendable () -> Void
  }

  private struct Followed {
    var exchange: Exchange
    var socket: Int32
    var deadline: UInt64
  }

  private let poll: Int32
  private let followed = Mutex<[UInt64: Followed]>([:])
  private let nextNumber = Atomic<UInt64>(firstNumber)
  private let ends = Atomic<Bool>(false)
  private let connections: ConnectionTable
  private let actions: Actions
  private let wake: Int32

  // What the events of the poll are about, beside the exchanges.
  private static let wakeNumber: UInt64 = 0
  private static let signalNumber: UInt64 = 1
  private static let firstNumber: UInt64 = 2
  private static let tickNanoseconds: UInt64 = 1_000_000_000

  init(connections: ConnectionTable, actions: Actions) {
    self.connections = connections
    self.actions = actions
    poll = cwatch_create()
    wake = cwatch_bell()
    precondition(poll >= 0 && wake >= 0, "a process that starts has descriptors to spare")
    cwatch_add_input(poll, wake, Self.wakeNumber)
  }

  deinit {
    close(poll)
    close(wake)
  }

  var connectionCount: Int { connections.count }

  func start() -> BackgroundThread { BackgroundThread { self.loop() } }

  /// Ends the thread.
  func stop() {
    ends.store(true, ordering: .relaxed)
    wakeUp()
  }

  /// Listens to signals, which come as bytes.
  func followSignals(_ descriptor: Int32) { cwatch_add_input(poll, descriptor, Self.signalNumber) }

  // MARK: Exchanges

  /// Stops the exchange's query when its client closes the connection, or after
  /// `timeoutNanoseconds`. Returns the number to `forget` it by.
  func follow(_ exchange: Exchange, timeoutNanoseconds: UInt64?) -> UInt64 {
    let number = nextNumber.wrappingAdd(1, ordering: .relaxed).oldValue
    let socket = exchange.socket
    let deadline = timeoutNanoseconds.map { exchange.startNanoseconds &+ $0 } ?? .max
    followed.withLock {
      $0[number] = Followed(exchange: exchange, socket: socket, deadline: deadline)
    }
    cwatch_add_departure(poll, socket, number)
    if deadline != .max { wakeUp() }
    return number
  }

  /// Must be called before the exchange is answered: the socket may be closed after that.
  func forget(_ number: UInt64) {
    guard let gone = followed.withLock({ $0.removeValue(forKey: number) }) else { return }
    cwatch_remove(poll, gone.socket)
  }

  /// Stops every query.
  func stopAll(_ reason: Exchange.Stop) {
    for (number, one) in followed.withLock({ $0 }) { stop(one.exchange, number, reason) }
  }

  private func wakeUp() {
    cwatch_wake(wake)
  }

  // MARK: Loop

  private func loop() {
    var numbers = [UInt64](repeating: 0, count: 64)
    var nextTick = Clock.monotonicNanoseconds() &+ Self.tickNanoseconds
    while !ends.load(ordering: .relaxed) {
      let count = cwatch_wait(poll, &numbers, numbers.count, sleepMilliseconds(nextTick))
      for number in numbers.prefix(count) { take(number) }
      let now = Clock.monotonicNanoseconds()
      let late = followed.withLock { followed in
        followed.filter { $0.value.deadline <= now && $0.value.exchange.stopReason == nil }
      }
      for (number, one) in late { stop(one.exchange, number, .timedOut) }
      if now >= nextTick {
        nextTick = now &+ Self.tickNanoseconds
        connections.cutOffLate()
        actions.tick()
      }
    }
  }

  private func take(_ number: UInt64) {
    switch number {
    case Self.wakeNumber:
      cwatch_slept(wake)
    case Self.signalNumber:
      if let signal = SignalPipe.next() { actions.signal(signal) }
    default:
      if let exchange = followed.withLock({ $0[number]?.exchange }) {
        stop(exchange, number, .clientGone)
      }
    }
  }

  private func stop(_ exchange: Exchange, _ number: UInt64, _ reason: Exchange.Stop) {
    exchange.stop(reason)
    actions.stopped(exchange, number)
  }

  private func sleepMilliseconds(_ nextTick: UInt64) -> Int32 {
    let now = Clock.monotonicNanoseconds()
    // Queries past their time were told to stop; they need no other waking.
    let next = followed.withLock { followed in
      followed.values.reduce(nextTick) { $1.deadline > now ? min($0, $1.deadline) : $0 }
    }
    return next > now ? Int32(clamping: (next - now) / 1_000_000 + 1) : 0
  }
}
