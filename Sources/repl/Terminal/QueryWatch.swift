import Engine
import Glibc

/// Watches a running query from a thread of its own: shows progress past the first second, stops
/// the query at Ctrl-C or when its time is up.
final class QueryWatch: Sendable {
  enum Outcome: Sendable { case finished, interrupted, timedOut }

  static let interruptByte = UInt8(ascii: "i")
  private static let stopByte = UInt8(ascii: "s")
  /// A query faster than this shows no progress.
  private static let quietNanoseconds: UInt64 = 1_000_000_000
  private static let redrawNanoseconds: UInt64 = 100_000_000

  let progress = QueryProgress()
  private let startNanoseconds: UInt64
  private let deadlineNanoseconds: UInt64?
  /// Columns of the progress line; nil shows none.
  private let width: Int?

  private init(timeoutNanoseconds: UInt64?, width: Int?) {
    let start = Clock.monotonicNanoseconds()
    startNanoseconds = start
    deadlineNanoseconds = timeoutNanoseconds.map { start &+ $0 }
    self.width = width
  }

  /// Runs `query` under watch. `width` is that of standard error if it is a terminal.
  static func run<Answer: Sendable, Failure: Error>(
    timeoutNanoseconds: UInt64?, width: Int?,
    _ query: (QueryProgress) async throws(Failure) -> Answer
  ) async -> (result: Result<Answer, Failure>, outcome: Outcome) {
    let watch = QueryWatch(timeoutNanoseconds: timeoutNanoseconds, width: width)
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      // Without descriptors to spare there is no watching; the query may still be answered.
      return (await watch.result(query), .finished)
    }
    let (readEnd, writeEnd) = (ends[0], ends[1])
    Interruption.watch(waking: writeEnd)
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
    _ query: (QueryProgress) async throws(Failure) -> Answer
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
    var isDrawn = false
    while true {
      var ready = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
      if poll(&ready, 1, sleepMilliseconds(isDrawn: isDrawn)) > 0 {
        var byte: UInt8 = 0
        guard read(readEnd, &byte, 1) == 1 else { continue }
        if byte == Self.stopByte { break }
        progress.cancel()
      }
      if isPastDeadline { progress.cancel() }
      let elapsed = Clock.monotonicNanoseconds() - startNanoseconds
      if let width, elapsed >= Self.quietNanoseconds {
        draw(elapsedNanoseconds: elapsed, width: width)
        isDrawn = true
      }
    }
    if isDrawn { StandardStream.error.write("\r\u{1B}[K") }
  }

  private func sleepMilliseconds(isDrawn: Bool) -> Int32 {
    let elapsed = Clock.monotonicNanoseconds() - startNanoseconds
    var next = UInt64.max
    if width != nil {
      next =
        isDrawn || elapsed >= Self.quietNanoseconds
        ? Self.redrawNanoseconds : Self.quietNanoseconds - elapsed
    }
    if let deadlineNanoseconds {
      let left = Int64(deadlineNanoseconds) - Int64(startNanoseconds + elapsed)
      // Past the deadline the query was told to stop; look now and then whether it heard.
      next = min(next, left > 0 ? UInt64(left) : Self.redrawNanoseconds)
    }
    return next == .max ? -1 : Int32(clamping: next / 1_000_000 + 1)
  }

  private func draw(elapsedNanoseconds: UInt64, width: Int) {
    let numbers = progress.snapshot()
    let line = ProgressText.line(
      .init(
        unitsDone: numbers.unitsDone, unitsTotal: numbers.unitsTotal,
        spansInspected: numbers.spansInspected, bytesRead: numbers.bytesRead,
        tracesMatched: numbers.tracesMatched, elapsedNanoseconds: elapsedNanoseconds),
      width: width)
    StandardStream.error.write("\r" + line + "\u{1B}[K")
  }
}
