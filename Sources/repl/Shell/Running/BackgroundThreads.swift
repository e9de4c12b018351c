import Dispatch
import Glibc
import Synchronization

/// Runs tasks on a few threads of its own that give way to everything else: what completion looks
/// up must not take the processors from the person who types, nor the threads from a query.
final class BackgroundThreads: TaskExecutor {
  private struct State {
    var jobs: [UnownedJob] = []
    var isStarted = false
  }

  private let state = Mutex(State())
  private let arrivals = DispatchSemaphore(value: 0)
  private let count: Int
  private let niceness: Int32

  /// `niceness` as nice(1) has it: how much less of a contended processor they get.
  init(count: Int, niceness: Int32) {
    self.count = max(1, count)
    self.niceness = niceness
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isFirst = state.withLock { state in
      state.jobs.append(job)
      defer { state.isStarted = true }
      return !state.isStarted
    }
    if isFirst { for _ in 0..<count { _ = WatchThread { self.work() } } }
    arrivals.signal()
  }

  private func work() -> Never {
    // Of this thread alone; where it is not allowed, it is no worse than before.
    _ = setpriority(Int32(PRIO_PROCESS.rawValue), 0, niceness)
    while true {  // until the process ends
      arrivals.wait()
      let job = state.withLock { $0.jobs.removeFirst() }
      job.runSynchronously(on: asUnownedTaskExecutor())
    }
  }
}
