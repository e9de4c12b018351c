import Glibc
import Synchronization

/// Ctrl-C while a query runs: the first asks it to stop, the second ends the process.
enum Interruption {
  /// How often Ctrl-C came since `watch`.
  private static let count = Atomic<Int>(0)
  /// Where the signal tells the watching thread; -1 when nobody watches.
  private static let wakeDescriptor = Atomic<Int32>(-1)

  static var happened: Bool { count.load(ordering: .relaxed) > 0 }

  /// Catches Ctrl-C and writes a byte to `descriptor`, if there is one, when it comes. `once`: the
  /// second ends the process.
  static func watch(waking descriptor: Int32?, once: Bool = true) {
    count.store(0, ordering: .relaxed)
    wakeDescriptor.store(descriptor ?? -1, ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = interruptionCaught
    // The second signal meets the default again, which ends the process. Without SA_RESTART a
    // blocking read ends too.
    action.sa_flags = once ? Int32(bitPattern: UInt32(SA_RESETHAND)) : 0
    sigaction(SIGINT, &action, nil)
  }

  /// Gives Ctrl-C its usual meaning back.
  static func unwatch() {
    signal(SIGINT, SIG_DFL)
    wakeDescriptor.store(-1, ordering: .relaxed)
  }

  /// Only what a signal handler may do: an atomic and `write`.
  fileprivate static func caught() {
    let savedError = errno
    count.add(1, ordering: .relaxed)
    let descriptor = wakeDescriptor.load(ordering: .relaxed)
    if descriptor >= 0 {
      var byte = QueryWatch.interruptByte
      _ = write(descriptor, &byte, 1)
    }
    errno = savedError
  }
}

private func interruptionCaught(_ signal: Int32) { Interruption.caught() }
