import Engine
import Remote

/// `traceql query --follow`: what matches, and then what comes to match, until Ctrl-C.
struct FollowCommand {
  private enum Source {
    case folders(FollowedFolders)
    case servers(FollowedServers)
  }

  private let session: Session
  private var source: Source
  private var output: FollowOutput
  /// Sentences that were said already.
  private var said: Set<String> = []

  /// Looks are so far apart, and further where one takes long: a fifth of the time at most.
  private static let pauseNanoseconds: UInt64 = 1_000_000_000
  private static let pauseFactor: UInt64 = 4
  /// How soon Ctrl-C is heard in between.
  private static let nap = Duration.milliseconds(100)

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
    let settings = session.settings
    var options = session.queryOptions
    options.limit = 0
    options.timeRange = settings.timeRange
    let query = QueryShape.shaped(text.query, &options, rows: settings.rows, isTree: false)
    source =
      settings.sourcePaths.contains(where: TempoClient.isAddress)
      ? .servers(FollowedServers(query, options, session))
      : .folders(FollowedFolders(query, options, text, session))
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
    let servers = settings.sourcePaths.count(where: TempoClient.isAddress)
    guard servers == 0 || servers == settings.sourcePaths.count else {
      throw refuse(
        "--follow asks folders or servers, not both", "Follow them with a command each.")
    }
    if servers == 0, let refusal = try FollowedFolders.refusal(settings.sourcePaths) {
      throw CommandFailure(refusal)
    }
  }

  /// Looks, shows, sleeps.
  private mutating func follow(_ progress: QueryProgress) async throws(CommandFailure) {
    var failures = 0
    var isFirst = true
    while !progress.isCancelled {
      let began = Clock.monotonicNanoseconds()
      do throws(CommandFailure) {
        let look = try await look(progress)
        for sentence in look.sentences where said.insert(sentence).inserted {
          session.complain(sentence)
        }
        if progress.isCancelled { return }
        let limit = session.settings.limit
        output.show(isFirst && limit > 0 ? Array(look.matches.suffix(limit)) : look.matches)
        failures = 0
        isFirst = false
      } catch {
        failures += 1
        if isFirst || failures == failuresMax || error.code == .badRequest { throw error }
      }
      let took = Clock.monotonicNanoseconds() - began
      await Self.pause(max(Self.pauseNanoseconds, took * Self.pauseFactor), progress)
    }
  }

  private mutating func look(
    _ progress: QueryProgress
  ) async throws(CommandFailure) -> FollowedLook {
    switch source {
    case .folders(var folders):
      defer { source = .folders(folders) }
      return try await folders.look(progress)
    case .servers(var servers):
      defer { source = .servers(servers) }
      return try servers.look(progress, now: UInt64(clamping: Clock.nowNanoseconds()))
    }
  }

  /// Blocks come and go while they are read, and servers are started again: what fails so often in
  /// a row fails for good.
  private var failuresMax: Int {
    switch source {
    case .folders: 5
    case .servers: 60
    }
  }

  private static func pause(_ nanoseconds: UInt64, _ progress: QueryProgress) async {
    let end = Clock.monotonicNanoseconds() &+ nanoseconds
    while !progress.isCancelled, Clock.monotonicNanoseconds() < end {
      // Nobody cancels this task: it is told by `progress`.
      try? await Task.sleep(for: nap)
    }
  }
}
