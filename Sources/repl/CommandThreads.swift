import Dispatch
import Glibc
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
  /// Jobs that nobody has taken.
  private let waitingJobs = Atomic(0)
  /// Whether a thread looks for jobs without sleeping.
  private let isLooking = Atomic(false)
  private let countMax: Int

  /// Those of the command, if it has any.
  private static let running = Mutex<CommandThreads?>(nil)
  static var current: CommandThreads? { running.withLock { $0 } }

  private init(countMax: Int) { self.countMax = max(1, countMax) }

  /// Runs `command` on this thread and those it needs, at most `countMax`; it ends the process.
  static func run(countMax: Int, _ command: @escaping @Sendable () async -> Never) -> Never {
    let threads = CommandThreads(countMax: countMax)
    running.withLock { $0 = threads }
    Allocator.separateHeaps(countMax)
    Task(executorPreference: threads) { await command() }
    threads.work()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let needsThread = state.withLock { state in
      state.jobs.append(job)
      // Who pressed Ctrl-C does not wait until a thread has nothing to do.
      let most = countMax + (Interruption.happened ? 1 : 0)
      guard state.jobs.count > state.waiting, state.count < most else { return false }
      state.count += 1
      state.waiting += 1
      return true
    }
    waitingJobs.add(1, ordering: .releasing)
    arrivals.signal()
    guard needsThread else { return }
    _ = WatchThread {
      Allocator.preferLargePagesInThread()
      self.work()
    }
  }

  private func work() -> Never {
    while true {  // until the command ends the process
      lookForJob()
      arrivals.wait()
      waitingJobs.subtract(1, ordering: .relaxed)
      let job = state.withLock { state in
        state.waiting -= 1
        return state.jobs.removeFirst()
      }
      job.runSynchronously(on: asUnownedTaskExecutor())
      state.withLock { $0.waiting += 1 }
    }
  }

  /// Waits a moment for a job without sleeping. Between the steps of a query there are some
  /// microseconds; a processor that sleeps takes tens to wake up, and a virtual one is passed over
  /// by Linux, which puts both threads on the one that is awake.
  private func lookForJob() {
    guard waitingJobs.load(ordering: .acquiring) == 0,
      !isLooking.exchange(true, ordering: .relaxed)
    else { return }
    defer { isLooking.store(false, ordering: .relaxed) }
    let end = Clock.monotonicNanoseconds() + Self.lookingNanoseconds
    while waitingJobs.load(ordering: .acquiring) == 0, Clock.monotonicNanoseconds() < end {
      sched_yield()
    }
  }

  private static let lookingNanoseconds: UInt64 = 500_000
}
