import Glibc
import Synchronization

/// Ctrl-C while a query runs: the first asks it to stop, the second ends the process. In the shell,
/// which no query may end, it is noted all the time.
enum Interruption {
  /// How often Ctrl-C came since `watch`, or since `note`.
  private static let times = Atomic<Int>(0)
  /// Where the signal tells the watching thread; -1 when nobody watches.
  private static let wakeDescriptor = Atomic<Int32>(-1)
  private static let isNoted = Atomic<Bool>(false)
  /// Where nobody watches and nobody looks either, so many end the process after all.
  private static let unheardMax = 3

  static var happened: Bool { count > 0 }
  static var count: Int { times.load(ordering: .relaxed) }

  /// Counts Ctrl-C from now on, between queries too.
  static func note() {
    times.store(0, ordering: .relaxed)
    isNoted.store(true, ordering: .relaxed)
    catchSignal(flags: 0)
  }

  static func stopNoting() {
    isNoted.store(false, ordering: .relaxed)
    unwatch()
  }

  /// Catches Ctrl-C and writes a byte to `descriptor`, if there is one, when it comes. `once`: the
  /// second ends the process.
  static func watch(waking descriptor: Int32?, once: Bool = true) {
    let isNoted = isNoted.load(ordering: .relaxed)
    if !isNoted { times.store(0, ordering: .relaxed) }
    wakeDescriptor.store(descriptor ?? -1, ordering: .relaxed)
    // The second signal meets the default again, which ends the process.
    catchSignal(flags: once && !isNoted ? Int32(bitPattern: UInt32(SA_RESETHAND)) : 0)
    // It may have come before anybody watched.
    if isNoted, happened { wake() }
  }

  /// Gives Ctrl-C its usual meaning back.
  static func unwatch() {
    if !isNoted.load(ordering: .relaxed) { signal(SIGINT, SIG_DFL) }
    wakeDescriptor.store(-1, ordering: .relaxed)
  }

  /// Without SA_RESTART a blocking read or write ends too.
  private static func catchSignal(flags: Int32) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = interruptionCaught
    action.sa_flags = flags
    sigaction(SIGINT, &action, nil)
  }

  private static func wake() {
    let descriptor = wakeDescriptor.load(ordering: .relaxed)
    var byte = QueryWatch.interruptByte
    if descriptor >= 0 { _ = write(descriptor, &byte, 1) }
  }

  /// Only what a signal handler may do: atomics and `write`.
  fileprivate static func caught() {
    let savedError = errno
    let count = times.wrappingAdd(1, ordering: .relaxed).newValue
    if wakeDescriptor.load(ordering: .relaxed) >= 0 {
      wake()
    } else if count >= unheardMax, isNoted.load(ordering: .relaxed) {
      _exit(ExitCode.interrupted.rawValue)
    }
    errno = savedError
  }
}

private func interruptionCaught(_ signal: Int32) { Interruption.caught() }

/// Whether Ctrl-C came since this was made: for work that looks now and then.
struct InterruptionCheck: Sendable {
  private let before = Interruption.count

  var happened: Bool { Interruption.count > before }
}
