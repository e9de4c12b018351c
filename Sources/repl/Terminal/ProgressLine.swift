/// One line on standard error that says how far long work has come, past its first second.
struct ProgressLine {
  private static let quietNanoseconds: UInt64 = 1_000_000_000
  private static let redrawNanoseconds: UInt64 = 100_000_000

  /// Columns of standard error; nil shows nothing.
  private let width: Int?
  private let start = Clock.monotonicNanoseconds()
  private var lastDrawn: UInt64 = 0

  init(width: Int?) { self.width = width }

  /// Shows `text` if it is time to.
  mutating func show(_ text: @autoclosure () -> String) {
    guard let width else { return }
    let now = Clock.monotonicNanoseconds()
    guard now - start >= Self.quietNanoseconds, now - lastDrawn >= Self.redrawNanoseconds else {
      return
    }
    lastDrawn = now
    let line = DisplayWidth.truncated(text(), to: max(1, width - 1))
    StandardStream.error.write("\r" + line + "\u{1B}[K")
  }

  /// Takes the line away, before anything else is written.
  mutating func clear() {
    guard lastDrawn > 0 else { return }
    StandardStream.error.write("\r\u{1B}[K")
    lastDrawn = 0
  }
}
