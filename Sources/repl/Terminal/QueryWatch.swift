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
  /// How long a query may take to hear of Ctrl-C before it is left to itself: less where it can be
  /// looked at from outside what it has found.
  enum Patience: UInt64 {
    case short = 30_000_000
    case long = 75_000_000
  }

  /// Traces of an answer that was interrupted: who pressed Ctrl-C does not wait for more.
  static let interruptedTracesMax = 1_000

  let progress = QueryProgress(
    isInterrupted: { Interruption.happened }, interruptedMatchesMax: interruptedTracesMax)
  private let startNanoseconds: UInt64
  private let deadlineNanoseconds: UInt64?
  /// nil shows nothing.
  private let display: Display?
  private let patience: Patience
  /// Called once, when patience with a query that was interrupted is over.
  private let giveUp: @Sendable (QueryProgress) -> Void

  private init(
    timeoutNanoseconds: UInt64?, display: Display?, patience: Patience = .short,
    giveUp: @escaping @Sendable (QueryProgress) -> Void = { _ in }
  ) {
    let start = Clock.monotonicNanoseconds()
    startNanoseconds = start
    deadlineNanoseconds = timeoutNanoseconds.map { start &+ $0 }
    self.display = display
    self.patience = patience
    self.giveUp = giveUp
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
    return await watch.watching { await watch.result(query) }
  }

  /// The same for queries that nothing but their answer comes of. Nobody waits for one that has
  /// not heard of Ctrl-C after a moment: it ends by itself, unheard, and `instead` is the answer.
  static func run<Answer: Sendable, Failure: Error>(
    isolation: isolated (any Actor)? = #isolation,
    timeoutNanoseconds: UInt64?, display: Display?, patience: Patience = .long,
    _ query: @escaping @Sendable (QueryProgress) async throws(Failure) -> Answer,
    instead: @escaping @Sendable (QueryProgress) -> Result<Answer, Failure>
  ) async -> (result: Result<Answer, Failure>, outcome: Outcome) {
    // Where nobody watches, nobody gives up either.
    guard timeoutNanoseconds != nil || display != nil else {
      return await run(timeoutNanoseconds: nil, display: nil, query)
    }
    let first = FirstOf<Result<Answer, Failure>>()
    let watch = QueryWatch(
      timeoutNanoseconds: timeoutNanoseconds, display: display, patience: patience
    ) { first.give(instead($0)) }
    return await watch.watching {
      // Not in a group: those wait for all their tasks.
      Task(executorPreference: CommandThreads.current) {
        first.give(await watch.result(query))
      }
      return await first.value()
    }
  }

  /// Whether there is something to show or to time. Else the query looks itself whether Ctrl-C
  /// came, as it does beside a watch.
  private var isWatched: Bool { deadlineNanoseconds != nil || display != nil }

  private func watching<Answer: Sendable>(
    isolation: isolated (any Actor)? = #isolation, _ work: () async -> Answer
  ) async -> (result: Answer, outcome: Outcome) {
    guard isWatched else {
      Interruption.watch(waking: nil)
      let result = await work()
      defer { Interruption.unwatch() }
      return (result, Interruption.happened ? .interrupted : .finished)
    }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      // Without descriptors to spare there is no watching; the query may still be answered.
      return (await work(), .finished)
    }
    let (readEnd, writeEnd) = (ends[0], ends[1])
    Interruption.watch(
      waking: writeEnd, once: display?.endsAtSecondInterrupt ?? true)
    let thread = WatchThread { self.loop(readEnd: readEnd) }
    let result = await work()
    let outcome: Outcome =
      Interruption.happened ? .interrupted : isPastDeadline ? .timedOut : .finished
    var byte = Self.stopByte
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
    // When patience is over; nil before Ctrl-C, and once it is.
    var patienceEnds: UInt64?
    while true {
      var ready = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
      if poll(&ready, 1, sleepMilliseconds(isDrawn: !drawn.isEmpty, patienceEnds)) > 0 {
        var byte: UInt8 = 0
        guard read(readEnd, &byte, 1) == 1 else { continue }
        if byte == Self.stopByte { break }
        progress.cancel()
        patienceEnds = Clock.monotonicNanoseconds() + patience.rawValue
      }
      if let end = patienceEnds, Clock.monotonicNanoseconds() >= end {
        patienceEnds = nil
        giveUp(progress)
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

  private func sleepMilliseconds(isDrawn: Bool, _ patienceEnds: UInt64?) -> Int32 {
    let now = Clock.monotonicNanoseconds()
    let elapsed = now - startNanoseconds
    var next = UInt64.max
    if let patienceEnds { next = patienceEnds > now ? patienceEnds - now : 0 }
    if let quiet = display?.quietNanoseconds {
      next = min(next, isDrawn || elapsed >= quiet ? Self.redrawNanoseconds : quiet - elapsed)
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
