import Glibc

/// The lines of standard input, each as soon as it is there.
struct InputLines {
  /// When waiting for more ends, by the monotonic clock; nil: never.
  var timeLimit: UInt64?
  /// The time was up before the input was.
  private(set) var isOutOfTime = false
  private var pending: [UInt8] = []
  /// Bytes of `pending` that hold no line break.
  private var searched = 0
  private var isAtEnd = false

  /// The next line without its line break (LF or CRLF); nil at the end.
  mutating func next() -> String? {
    while true {
      if let end = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer {
          pending.removeSubrange(...end)
          searched = 0
        }
        return Self.text(pending[..<end])
      }
      searched = pending.count
      if isAtEnd {
        guard !pending.isEmpty else { return nil }
        defer { (pending, searched) = ([], 0) }
        return Self.text(pending[...])
      }
      guard waitForMore() else {
        isOutOfTime = true
        return nil
      }
      let more = StandardStream.input.read(upTo: 65_536)
      isAtEnd = more.isEmpty
      pending += more
    }
  }

  /// False if the time is up before there is anything to read.
  private func waitForMore() -> Bool {
    guard let timeLimit else { return true }
    while true {
      let now = Clock.monotonicNanoseconds()
      guard now < timeLimit else { return false }
      var ready = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      let milliseconds = Int32(clamping: (timeLimit - now) / 1_000_000 + 1)
      if poll(&ready, 1, milliseconds) > 0 { return true }
    }
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes, as: UTF8.self)
  }
}
