import Glibc

/// The three streams a process is born with, read and written without buffers in between.
package enum StandardStream: Int32, Sendable {
  case input = 0
  case output = 1
  case error = 2

  package var isTerminal: Bool { isatty(rawValue) == 1 }

  /// Writes all bytes, or ends the process: quietly where nobody reads any more (`| head`), with a
  /// sentence where a disk is full.
  package func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(rawValue, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        var ready = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
        _ = poll(&ready, 1, -1)
      case EPIPE: exit(ExitCode.answered.rawValue)
      default:
        let reason = SystemText.errorMessage(errno)
        if self != .error { StandardStream.error.write("traceql: cannot write: \(reason)\n") }
        exit(ExitCode.unreadable.rawValue)
      }
    }
  }

  package func write(_ text: String) { write(Array(text.utf8)) }

  /// Up to `count` bytes; empty at the end, or if reading fails.
  package func read(upTo count: Int) -> [UInt8] {
    while true {
      var failed = false
      let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        let got = Glibc.read(rawValue, buffer.baseAddress, count)
        failed = got < 0 && errno == EINTR
        filled = max(0, got)
      }
      if !failed { return bytes }
    }
  }
}
