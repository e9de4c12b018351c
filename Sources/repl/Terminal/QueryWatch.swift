import Engine
import Glibc

/// Watches a running query: shows progress past the first second, stops the query at Ctrl-C or
/// when its time is up. A thread of its own does it where there is something to show or to time.
final class QueryWatch: Sendable {
  enum Outcome: Sendable { case finished, interrupted, timedOut }

  /// What is shown while a query runs, and from when on.
  struct Display: Sendable {
    /// A query faster than this shows nothing.
    var quietNanoseconds: UInt64 = 1_000_000_000
    /// Lines that fit the terminal.
    var lines: @Sendable (QueryProgress, _ elapsedNanoseconds: UInt64) -> [String]
    /// Whether a second Ctrl-C ends the process.
    var endsAtSecondInterrupt = true

    /// One line of numbers, cut to `width` columns.
    static func line(width: Int) -> Display {
      Display { progress, elapsed in
        [ProgressText.line(.init(progress, elapsedNanoseconds: elapsed), width: width)]
      }
    }
  }

  static let interruptByte = UInt8(ascii: "i")
  private static let stopByte = UInt8(ascii: "s")
  private static let redrawNanoseconds: UInt64 = 100_000_000

  let progress = QueryProgress(isInterrupted: { Interruption.happened })
  private let startNanoseconds: UInt64
  private let deadlineNanoseconds: UInt64?
  /// nil shows nothing.
  private let display: Display?

  private init(timeoutNanoseconds: UInt64?, display: Display?) {
    let start = Clock.monotonicNanoseconds()
    startNanoseconds = start
    deadlineNanoseconds = timeoutNanoseconds.map { start &+ $0 }
    self.display = display
  }

  /// Runs `query` under watch. `width` is that of standard error if it is a terminal.
  static func run<Answer: Sendable, Failure: Error>(
    timeoutNanoseconds: UInt64?, width: Int?,
    _ query: @Sendable (QueryProgress) async throws(Failure) -> Answer
  ) async -> (result: Result<Answer, Failure>, outcome: Outcome) {
    await run(
      timeoutNanoseconds: timeoutNanoseconds, display: width.map { .line(width: $0) }, query)
  }

  /// The same with a picture of the caller's.
  static func run<Answer: Sendable, Failure: Error>(
    timeoutNanoseconds: UInt64?, display: Display?,
    _ query: @Sendable (QueryProgress) async throws(Failure) -> Answer
  ) async -> (result: Result<Answer, Failure>, outcome: Outcome) {
    let watch = QueryWatch(timeoutNanoseconds: timeoutNanoseconds, display: display)
    guard timeoutNanoseconds != nil || display != nil else {
      Interruption.watch(waking: nil)
      let result = await watch.result(query)
      defer { Interruption.unwatch() }
      return (result, Interruption.happened ? .interrupted : .finished)
    }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      // Without descriptors to spare there is no watching; the query may still be answered.
      return (await watch.result(query), .finished)
    }
    let (readEnd, writeEnd) = (ends[0], ends[1])
    Interruption.watch(
      waking: writeEnd, once: display?.endsAtSecondInterrupt ?? true)
    let thread = WatchThread { watch.loop(readEnd: readEnd) }
    let result = await watch.result(query)
    let outcome: Outcome =
      Interruption.happened ? .interrupted : watch.isPastDeadline ? .timedOut : .finished
    var byte = stopByte
    _ = write(writeEnd, &byte, 1)
    thread.join()
    Interruption.unwatch()
    close(readEnd)
    close(writeEnd)
    return (result, outcome)
  }

  private func result<Answer: Sendable, Failure: Error>(
    _ query: @Sendable (QueryProgress) async throws(Failure) -> Answer
  ) async -> Result<Answer, Failure> {
    do throws(Failure) {
      return .success(try await query(progress))
    } catch {
      return .failure(error)
    }
  }

  private var isPastDeadline: Bool {
    deadlineNanoseconds.map { Clock.monotonicNanoseconds() >= $0 } ?? false
  }

  /// Sleeps until there is something to do; a byte in the pipe says what.
  private func loop(readEnd: Int32) {
    var drawn: [String] = []
    while true {
      var ready = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
      if poll(&ready, 1, sleepMilliseconds(isDrawn: !drawn.isEmpty)) > 0 {
        var byte: UInt8 = 0
        guard read(readEnd, &byte, 1) == 1 else { continue }
        if byte == Self.stopByte { break }
        progress.cancel()
      }
      if isPastDeadline { progress.cancel() }
      let elapsed = Clock.monotonicNanoseconds() - startNanoseconds
      if let display, elapsed >= display.quietNanoseconds {
        let lines = display.lines(progress, elapsed)
        StandardStream.error.write(Self.erase(drawn) + Self.draw(lines))
        drawn = lines
      }
    }
    StandardStream.error.write(Self.erase(drawn))
  }

  /// The cursor stays on the last line.
  private static func draw(_ lines: [String]) -> String {
    lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n")
  }

  private static func erase(_ lines: [String]) -> String {
    if lines.isEmpty { return "" }
    return (lines.count > 1 ? "\u{1B}[\(lines.count - 1)A" : "") + "\r\u{1B}[J"
  }

  private func sleepMilliseconds(isDrawn: Bool) -> Int32 {
    let elapsed = Clock.monotonicNanoseconds() - startNanoseconds
    var next = UInt64.max
    if let quiet = display?.quietNanoseconds {
      next = isDrawn || elapsed >= quiet ? Self.redrawNanoseconds : quiet - elapsed
    }
    if let deadlineNanoseconds {
      let left = Int64(deadlineNanoseconds) - Int64(startNanoseconds + elapsed)
      // Past the deadline the query was told to stop; look now and then whether it heard.
      next = min(next, left > 0 ? UInt64(left) : Self.redrawNanoseconds)
    }
    return next == .max ? -1 : Int32(clamping: next / 1_000_000 + 1)
  }
}

extension ProgressText.Numbers {
  init(_ progress: QueryProgress, elapsedNanoseconds: UInt64) {
    let numbers = progress.snapshot()
    self.init(
      unitsDone: numbers.unitsDone, unitsTotal: numbers.unitsTotal,
      spansInspected: numbers.spansInspected, bytesRead: numbers.bytesRead,
      tracesMatched: numbers.tracesMatched, elapsedNanoseconds: elapsedNanoseconds)
    blocksDone = numbers.blocksDone
    blocksTotal = numbers.blocksTotal
    pagesRead = numbers.pagesRead
    pagesPruned = numbers.pagesPruned
  }
}
