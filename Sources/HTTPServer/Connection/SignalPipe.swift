import Glibc
import Synchronization

/// Signals as bytes in a pipe: a handler may do little more than write one.
enum SignalPipe {
  private static let readEnd = Atomic<Int32>(-1)
  private static let writeEnd = Atomic<Int32>(-1)

  /// Catches `signals` from now on; returns the end to read.
  static func catching(_ signals: [Int32]) -> Int32 {
    var ends: [Int32] = [-1, -1]
    let status = pipe(&ends)
    precondition(status == 0, "a process that starts has descriptors to spare")
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    readEnd.store(ends[0], ordering: .relaxed)
    writeEnd.store(ends[1], ordering: .relaxed)
    for signal in signals {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = signalCaught
      action.sa_flags = SA_RESTART
      sigaction(signal, &action, nil)
    }
    return ends[0]
  }

  static func next() -> Int32? {
    var byte: UInt8 = 0
    guard read(readEnd.load(ordering: .relaxed), &byte, 1) == 1 else { return nil }
    return Int32(byte)
  }

  /// Only what a signal handler may do: an atomic and `write`.
  fileprivate static func caught(_ signal: Int32) {
    let savedError = errno
    var byte = UInt8(truncatingIfNeeded: signal)
    _ = write(writeEnd.load(ordering: .relaxed), &byte, 1)
    errno = savedError
  }
}

private func signalCaught(_ signal: Int32) { SignalPipe.caught(signal) }
