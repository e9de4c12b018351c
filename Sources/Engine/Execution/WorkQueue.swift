import Storage
import Synchronization

/// Numbers handed out to workers one by one, and how the work ended.
final class WorkQueue: Sendable {
  private let next = Atomic<Int>(0)
  private let count: Int
  private let outcome = Mutex<(error: StorageError?, reasons: [String])>((nil, []))

  init(count: Int) { self.count = count }

  /// The next number, or nil when there are none left or the work has failed.
  func take() -> Int? {
    if outcome.withLock({ $0.error != nil }) { return nil }
    let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return index < count ? index : nil
  }

  /// The first failure is the one reported.
  func fail(_ error: StorageError) {
    outcome.withLock { if $0.error == nil { $0.error = error } }
  }

  /// Why work was left undone; each reason once.
  func stop(_ reason: String) {
    outcome.withLock { if !$0.reasons.contains(reason) { $0.reasons.append(reason) } }
  }

  func finish() throws(QueryError) -> [String] {
    let (error, reasons) = outcome.withLock { $0 }
    if let error { throw QueryError(error) }
    return reasons
  }

  /// Calls `work` with 0..<count on up to `threadCount` threads; ends at the first failure.
  static func forEach(
    _ count: Int, _ threadCount: Int,
    _ work: @escaping @Sendable (Int) throws(StorageError) -> Void
  ) async throws(StorageError) {
    let queue = WorkQueue(count: count)
    let drain: @Sendable () -> Void = {
      while let index = queue.take() {
        do throws(StorageError) { try work(index) } catch { queue.fail(error) }
      }
    }
    await withTaskGroup(of: Void.self) { group in
      for _ in 1..<max(1, min(threadCount, count)) { group.addTask { drain() } }
      drain()
    }
    if let error = queue.outcome.withLock({ $0.error }) { throw error }
  }
}

/// A number that several threads add to.
final class TraceCounter: Sendable {
  private let value = Atomic(0)

  var count: Int { value.load(ordering: .relaxed) }

  func add(_ count: Int) { value.wrappingAdd(count, ordering: .relaxed) }
}
