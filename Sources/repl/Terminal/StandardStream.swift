import Glibc

/// The three streams a process is born with, read and written without buffers in between.
package enum StandardStream: Int32, Sendable {
  case input = 0
  case output = 1
  case error = 2

  private static let pieceBytes = 1 << 16
  /// How long Ctrl-C waits for somebody to take what is written.
  private static let patienceMilliseconds: Int32 = 60

  package var isTerminal: Bool { isatty(rawValue) == 1 }

  /// Writes all bytes, or ends the process: quietly where nobody reads any more (`| head`), with a
  /// sentence where a disk is full. After Ctrl-C what nobody takes is not written.
  package func write(_ bytes: [UInt8]) {
    var written = 0
    while written < bytes.count {
      // Piece by piece: a pipe takes little at a time, and the rest is copied once, not each time.
      let end = min(bytes.count, written + Self.pieceBytes)
      if Interruption.happened, !isTerminal, !isTaken { return }
      let piece = written == 0 && end == bytes.count ? bytes : Array(bytes[written..<end])
      let count = Glibc.write(rawValue, piece, piece.count)
      if count > 0 {
        written += count
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

  /// Whether a write would not block for long.
  private var isTaken: Bool {
    var ready = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
    // Anything but the end of the time is for `write` to find out.
    return poll(&ready, 1, Self.patienceMilliseconds) != 0
  }

  package func write(_ text: String) { write(Array(text.utf8)) }

  /// Everything up to the end.
  package func readAll() -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let piece = read(upTo: 1 << 20)
      if piece.isEmpty { return bytes }
      bytes += piece
    }
  }

  /// Up to `count` bytes; empty at the end, or if reading fails.
  package func read(upTo count: Int) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: count)
    while true {
      let got = Glibc.read(rawValue, &buffer, count)
      if got < 0, errno == EINTR { continue }
      return Array(buffer.prefix(max(0, got)))
    }
  }
}
