/// Requests that wait for memory, first come first served, each for a while: a value that decides
/// and tells nobody.
struct RoomLine {
  struct Waiter: Sendable {
    var bytes: Int
    var deadline: UInt64
    /// Whether there is room now.
    var then: @Sendable (Bool) -> Void
  }

  private var waiters: [Waiter] = []
  /// Nobody waits any more: the server stops.
  private(set) var isClosed = false

  var isEmpty: Bool { waiters.isEmpty }

  /// Whether the waiter is in the line now.
  mutating func append(_ waiter: Waiter) -> Bool {
    if !isClosed { waiters.append(waiter) }
    return !isClosed
  }

  /// Those at the head of the line for whom `take` finds room, and those who have waited long
  /// enough.
  mutating func leave(
    now: UInt64, take: (Int) -> Bool
  ) -> (served: [Waiter], disappointed: [Waiter]) {
    var count = 0
    while count < waiters.count, take(waiters[count].bytes) { count += 1 }
    let served = Array(waiters.prefix(count))
    waiters.removeFirst(count)
    let disappointed = waiters.filter { $0.deadline <= now }
    waiters.removeAll { $0.deadline <= now }
    return (served, disappointed)
  }

  /// Everybody, as nobody may wait from now on.
  mutating func close() -> [Waiter] {
    isClosed = true
    defer { waiters = [] }
    return waiters
  }
}
