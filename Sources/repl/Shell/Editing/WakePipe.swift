import Glibc
import Synchronization

/// Where signals and other threads tell the editor that something happened.
///
/// The editor sleeps until there is a key or a byte here.
final class WakePipe: Sendable {
  enum Event: UInt8, Sendable {
    case interrupt = 0x69
    case resize = 0x77
    case terminate = 0x74
    case resume = 0x63
    case news = 0x6E
  }

  let readEnd: Int32
  private let writeEnd: Int32

  /// nil without descriptors to spare.
  init?() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    (readEnd, writeEnd) = (ends[0], ends[1])
    Self.signalDescriptor.store(writeEnd, ordering: .relaxed)
  }

  /// Says that there is something new to show. May be called from any thread.
  func wake() {
    var byte = Event.news.rawValue
    // A full pipe wakes as well.
    _ = write(writeEnd, &byte, 1)
  }

  /// Everything that happened since the last call.
  func takeEvents() -> [Event] {
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = read(readEnd, &buffer, buffer.count)
    return buffer.prefix(max(0, count)).compactMap(Event.init)
  }

  // MARK: Signals

  private static let signalDescriptor = Atomic<Int32>(-1)
  private static let signals = [SIGINT, SIGWINCH, SIGTERM, SIGHUP, SIGCONT]

  /// Signals come as events from now on.
  func catchSignals() {
    for number in Self.signals {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = wakeSignalCaught
      sigaction(number, &action, nil)
    }
  }

  /// Signals mean what they usually do; a resize is looked up when it matters.
  func releaseSignals() {
    for number in Self.signals { signal(number, SIG_DFL) }
  }

  /// Only what a signal handler may do.
  fileprivate static func caught(_ number: Int32) {
    let savedError = errno
    var byte: UInt8 =
      switch number {
      case SIGINT: Event.interrupt.rawValue
      case SIGWINCH: Event.resize.rawValue
      case SIGCONT: Event.resume.rawValue
      default: Event.terminate.rawValue
      }
    _ = write(signalDescriptor.load(ordering: .relaxed), &byte, 1)
    errno = savedError
  }
}

private func wakeSignalCaught(_ signal: Int32) { WakePipe.caught(signal) }
