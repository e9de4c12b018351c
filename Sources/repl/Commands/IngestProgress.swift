/// The line that says how far an ingest is, on a terminal.
struct IngestProgress {
  private let width: Int?
  private let start = Clock.monotonicNanoseconds()
  private var lastShown: UInt64 = 0

  private static let quietNanoseconds: UInt64 = 1_000_000_000
  private static let redrawNanoseconds: UInt64 = 200_000_000

  /// `width`: columns of standard error, nil if it is no terminal.
  init(width: Int?) { self.width = width }

  /// Shows that `done` of `total` bytes have been read; rarely enough to cost nothing.
  mutating func show(_ done: Int, of total: Int, name: String, spans: Int) {
    guard let width else { return }
    let now = Clock.monotonicNanoseconds()
    guard now - start > Self.quietNanoseconds, now - lastShown > Self.redrawNanoseconds else {
      return
    }
    lastShown = now
    let parts = [
      PrintableText.escaped(name), "\(done * 100 / max(1, total)) %",
      NumberText.bytes(done) + " of " + NumberText.bytes(total),
      NumberText.counted(spans, "span") + " waiting",
    ]
    let line = DisplayWidth.truncated(parts.joined(separator: " · "), to: max(1, width - 1))
    StandardStream.error.write("\r\u{1B}[K" + line)
  }

  /// Takes the line away.
  mutating func clear() {
    if lastShown > 0 { StandardStream.error.write("\r\u{1B}[K") }
    lastShown = 0
  }
}
