import Columns
import Engine
import LiveStore
import Storage
import TraceQL

/// `traceql query --follow`: what matches, and then what comes to match, until Ctrl-C.
struct FollowCommand {
  private let session: Session
  private let text: QueryText
  private let watch: SourceWatch
  private let cache = BoundedCache(capacityBytes: 96 << 20)
  private var matches: FollowedMatches
  private var output: FollowOutput
  /// Sentences about blocks that were said already.
  private var said: Set<String> = []

  /// Looks are so far apart, and further where one takes long: a fifth of the time at most.
  private static let pauseNanoseconds: UInt64 = 1_000_000_000
  private static let pauseFactor: UInt64 = 4
  /// How soon Ctrl-C is heard in between.
  private static let nap = Duration.milliseconds(100)
  /// Blocks come and go while they are read; what fails so often in a row fails for good.
  private static let failuresMax = 5

  static func run(_ text: QueryText, _ session: Session) async throws(CommandFailure) -> ExitCode {
    let command = try FollowCommand(text, session)
    let (result, outcome) = await QueryWatch.run(
      timeoutNanoseconds: session.settings.timeoutNanoseconds, width: nil
    ) { progress async throws(CommandFailure) in
      var command = command
      try await command.follow(progress)
    }
    // Whoever set a time wanted it to end.
    if outcome == .interrupted { return .interrupted }
    if outcome == .finished { try result.get() }
    return .answered
  }

  private init(_ text: QueryText, _ session: Session) throws(CommandFailure) {
    try Self.check(session)
    self.session = session
    self.text = text
    let settings = session.settings
    watch = SourceWatch(paths: settings.sourcePaths)
    var options = session.queryOptions
    options.limit = 0
    // What comes later is wanted, too.
    options.timeRange = settings.timeRange.map { $0.lowerBound...UInt64(Int64.max) }
    let query = QueryShape.shaped(text.query, &options, rows: settings.rows, isTree: false)
    matches = FollowedMatches(query, options, rows: settings.rows)
    output = FollowOutput(session)
  }

  private static func check(_ session: Session) throws(CommandFailure) {
    let settings = session.settings
    func refuse(_ message: String, _ hint: String) -> CommandFailure {
      CommandFailure(UsageError(message, hint: hint, command: .query))
    }
    guard [.table, .ndjson].contains(settings.format) else {
      throw refuse(
        "--follow cannot be shown as \(settings.format.rawValue)",
        "Rows come one by one: --output table or --output ndjson.")
    }
    guard !session.arguments.isSet(.end) else {
      throw refuse("--follow has no --end", "It goes on until Ctrl-C, or for --timeout.")
    }
    var failure: CommandFailure?
    do throws(StorageError) {
      for path in settings.sourcePaths where failure == nil {
        if path != "-", try LocalStore(root: path).isFolder("") { continue }
        failure = refuse(
          "--follow needs a folder, and '\(PrintableText.escaped(path))' is none",
          "Blocks appear in folders: give one with --source.")
      }
    } catch {
      throw CommandFailure(error)
    }
    if let failure { throw failure }
  }

  /// Looks, shows, sleeps.
  private mutating func follow(_ progress: QueryProgress) async throws(CommandFailure) {
    var state: Int?
    var failures = 0
    var isFirst = true
    while !progress.isCancelled {
      let began = Clock.monotonicNanoseconds()
      let now = watch.fingerprint()
      if now != state {
        do throws(CommandFailure) {
          try await look(progress, isFirst: isFirst)
          state = now
          failures = 0
          isFirst = false
        } catch {
          failures += 1
          if isFirst || failures == Self.failuresMax { throw error }
        }
      }
      let took = Clock.monotonicNanoseconds() - began
      await Self.pause(max(Self.pauseNanoseconds, took * Self.pauseFactor), progress)
    }
  }

  private static func pause(_ nanoseconds: UInt64, _ progress: QueryProgress) async {
    let end = Clock.monotonicNanoseconds() &+ nanoseconds
    while !progress.isCancelled, Clock.monotonicNanoseconds() < end {
      // Nobody cancels this task: it is told by `progress`.
      try? await Task.sleep(for: nap)
    }
  }

  /// Shows what is new; of what was there at first only the newest.
  private mutating func look(
    _ progress: QueryProgress, isFirst: Bool
  ) async throws(CommandFailure) {
    let blocks = try blocks()
    let found: [TraceMatch]
    do throws(QueryError) {
      let (matches, partialReasons) = try await matches.look(at: blocks, progress: progress)
      for reason in partialReasons { say("partial answer: \(reason)") }
      found = matches
    } catch {
      throw CommandFailure(error, source: text.text, session)
    }
    if progress.isCancelled { return }
    let limit = session.settings.limit
    output.show(isFirst && limit > 0 ? Array(found.suffix(limit)) : found)
  }

  /// Stored and live blocks of every source; a folder in which nothing is yet may get some.
  private mutating func blocks() throws(CommandFailure) -> [Block] {
    var catalogs: [BlockCatalog] = []
    for path in session.settings.sourcePaths {
      do throws(StorageError) {
        catalogs.append(
          try ServedFolder.open(path: path, tenant: session.settings.tenant, cache: cache))
      } catch {
        if case .noBlocks = error { continue }
        throw CommandFailure(error)
      }
    }
    guard !catalogs.isEmpty else { return [] }
    let catalog = BlockCatalog.joined(catalogs)
    for warning in catalog.warnings { say("warning: \(warning)") }
    return catalog.blocks
  }

  private mutating func say(_ sentence: String) {
    if said.insert(sentence).inserted { session.complain(sentence) }
  }
}
