import Glibc
import Synchronization

/// Looks after requests while they are answered: clients that go away, time that runs out, slow
/// connections, signals. One thread for all of it.
final class ClientWatch: Sendable {
  struct Actions: Sendable {
    /// A signal came.
    var signal: @Sendable (Int32) -> Void
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
    poll = epoll_create1(Int32(EPOLL_CLOEXEC.rawValue))
    wake = eventfd(0, Int32(EFD_CLOEXEC.rawValue) | Int32(EFD_NONBLOCK.rawValue))
    precondition(poll >= 0 && wake >= 0, "a process that starts has descriptors to spare")
    add(wake, Self.wakeNumber, EPOLLIN.rawValue)
  }

  deinit {
    close(poll)
    close(wake)
  }

  func start() -> BackgroundThread { BackgroundThread { self.loop() } }

  /// Ends the thread.
  func stop() {
    ends.store(true, ordering: .relaxed)
    wakeUp()
  }

  /// Listens to signals, which come as bytes.
  func followSignals(_ descriptor: Int32) { add(descriptor, Self.signalNumber, EPOLLIN.rawValue) }

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
    add(socket, number, EPOLLRDHUP.rawValue | EPOLLONESHOT.rawValue)
    if deadline != .max { wakeUp() }
    return number
  }

  /// Must be called before the exchange is answered: the socket may be closed after that.
  func forget(_ number: UInt64) {
    guard let gone = followed.withLock({ $0.removeValue(forKey: number) }) else { return }
    epoll_ctl(poll, EPOLL_CTL_DEL, gone.socket, nil)
  }

  /// Stops every query.
  func stopAll(_ reason: Exchange.Stop) {
    for one in followed.withLock({ Array($0.values) }) { one.exchange.stop(reason) }
  }

  private func add(_ descriptor: Int32, _ number: UInt64, _ events: UInt32) {
    var event = epoll_event()
    event.events = events
    event.data.u64 = number
    epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event)
  }

  private func wakeUp() {
    var one: UInt64 = 1
    _ = write(wake, &one, 8)
  }

  // MARK: Loop

  private func loop() {
    var events = [epoll_event](repeating: epoll_event(), count: 64)
    var nextTick = Clock.monotonicNanoseconds() &+ Self.tickNanoseconds
    while !ends.load(ordering: .relaxed) {
      let count = epoll_wait(poll, &events, Int32(events.count), sleepMilliseconds(nextTick))
      for event in events.prefix(Int(max(0, count))) { take(event.data.u64) }
      let now = Clock.monotonicNanoseconds()
      for late in followed.withLock({ $0.values.filter { $0.deadline <= now } }) {
        late.exchange.stop(.timedOut)
      }
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
      var count: UInt64 = 0
      _ = read(wake, &count, 8)
    case Self.signalNumber:
      if let signal = SignalPipe.next() { actions.signal(signal) }
    default:
      followed.withLock { $0[number]?.exchange }?.stop(.clientGone)
    }
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
