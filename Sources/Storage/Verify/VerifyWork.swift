import Synchronization

/// Pieces of work that do not need each other.
final class VerifyWork<Piece: Sendable>: Sendable {
  private let count: Int
  private let next = Atomic<Int>(0)
  private let done = Mutex<[(index: Int, piece: Piece)]>([])

  private init(count: Int) { self.count = count }

  /// Calls `work` with 0..<count on up to `threadCount` threads; the results in order.
  static func map(
    _ count: Int, threadCount: Int, _ work: @escaping @Sendable (Int) -> Piece
  ) async -> [Piece] {
    let pieces = VerifyWork(count: count)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<max(1, min(threadCount, count)) { group.addTask { pieces.drain(work) } }
    }
    return pieces.done.withLock { $0 }.sorted { $0.index < $1.index }.map(\.piece)
  }

  private func drain(_ work: (Int) -> Piece) {
    while true {  // until the pieces are used up
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      let piece = work(index)
      done.withLock { $0.append((index, piece)) }
    }
  }
}
