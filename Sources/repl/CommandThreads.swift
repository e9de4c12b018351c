import Dispatch
import Synchronization

/// Runs the tasks of a command that comes to an end: the first on the main thread, others on
/// threads that are made when more is to be done than threads wait for it.
///
/// Swift's own pool starts three threads, and unwinds the main one, before a command has done
/// anything; most commands are over sooner than that.
final class CommandThreads: TaskExecutor {
  private struct State {
    var jobs: [UnownedJob] = []
    /// Threads that have nothing to do; the main one is about to look.
    var waiting = 1
    var count = 1
  }

  private let state = Mutex(State())
  private let arrivals = DispatchSemaphore(value: 0)
  private let countMax: Int

  private init(countMax: Int) { self.countMax = max(1, countMax) }

  /// Runs `command` on this thread and those it needs, at most `countMax`; it ends the process.
  static func run(countMax: Int, _ command: @escaping @Sendable () async -> Never) -> Never {
    let threads = CommandThreads(countMax: countMax)
    Task(executorPreference: threads) { await command() }
    threads.work()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let needsThread = state.withLock { state in
      state.jobs.append(job)
      guard state.jobs.count > state.waiting, state.count < countMax else { return false }
      state.count += 1
      state.waiting += 1
      return true
    }
    arrivals.signal()
    if needsThread { _ = WatchThread { self.work() } }
  }

  private func work() -> Never {
    while true {  // until the command ends the process
      arrivals.wait()
      let job = state.withLock { state in
        state.waiting -= 1
        return state.jobs.removeFirst()
      }
      job.runSynchronously(on: asUnownedTaskExecutor())
      state.withLock { $0.waiting += 1 }
    }
  }
}
