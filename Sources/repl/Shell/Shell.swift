import Engine
import Glibc
import TraceQL

/// The interactive shell, and the same without a person in front of it.
///
/// Lives on the main thread; queries and background scans run on the others.
@MainActor
final class Shell {
  var session: Session
  var options = ShellOptions()
  var answer = ShellAnswer()
  private(set) var sources: [any TraceSource] = []
  private(set) var currentIndex: Int?
  private(set) var catalogue: Catalogue?
  let isInteractive: Bool
  let output: ShellOutput
  /// Wakes the line editor; nil where nobody edits.
  let wakePipe: WakePipe?
  /// Set by `.quit`.
  var isOver = false
  /// Files being read by `.read`, against circles.
  var readingDepth = 0
  var history: [String] = []
  let historyFile: HistoryFile?
  /// Until when a key press may wait for a list.
  var listDeadline = ContinuousClock.now
  /// Sources named in the rc file: `.open prod` opens what `.source prod ADDRESS` said.
  var namedSources: [String: String] = [:]

  init(_ session: Session, isInteractive: Bool) {
    self.session = session
    self.isInteractive = isInteractive
    output = ShellOutput(isInteractive: isInteractive)
    wakePipe = isInteractive ? WakePipe() : nil
    historyFile = isInteractive ? HistoryFile.usual : nil
    options.showsTimer = isInteractive
    if !session.arguments.isSet(.limit) { self.session.settings.limit = isInteractive ? 20 : 0 }
  }

  // MARK: Sources

  var current: (any TraceSource)? { currentIndex.map { sources[$0] } }

  /// The source queries go to.
  func source() throws(CommandFailure) -> any TraceSource {
    guard let current else {
      throw CommandFailure(
        text: "no source is open; .open PATH opens a folder of blocks, .open URL a server\n",
        code: .badRequest)
    }
    return current
  }

  /// Opens what `addresses` name, local paths together, and makes it the current source.
  func open(_ addresses: [String]) async throws(CommandFailure) {
    let resolved = addresses.flatMap { name in
      namedSources[name].map { ShellWords.split($0) } ?? [name]
    }
    let servers = resolved.filter(TempoAddress.matches)
    let paths = resolved.filter { !TempoAddress.matches($0) }.map(FilePath.expandingHome)
    var opened: [any TraceSource] = servers.map {
      RemoteSource(address: $0, tenant: session.settings.tenant)
    }
    if !paths.isEmpty {
      let local = try LocalSource.open(
        paths: paths, tenant: session.settings.tenant)
      for warning in local.warnings { session.complain("warning: \(warning)") }
      opened.insert(local, at: 0)
    }
    guard !opened.isEmpty else { return }
    let known = sources.count
    sources += opened
    select(known)
  }

  /// Looks whether a folder that is being served has other spans by now.
  func renewSource() async {
    guard let index = currentIndex, let local = sources[index] as? LocalSource else { return }
    do throws(CommandFailure) {
      guard let renewed = try local.renewed() else { return }
      sources[index] = renewed
      startCatalogue()
    } catch {
      // What was there when it was opened can still be asked.
      session.complain("warning: \(error.sentence)")
    }
  }

  func select(_ index: Int?) {
    currentIndex = index
    answer = ShellAnswer()
    startCatalogue()
  }

  private func startCatalogue() {
    catalogue?.pause()
    catalogue = nil
    guard let source = current else { return }
    let wakePipe = wakePipe
    catalogue = Catalogue(source: source, options: session.queryOptions) { wakePipe?.wake() }
    // Names are wanted soon: by completion, and to say what a query misspells.
    if isInteractive { _ = catalogue?.listing(.names(filter: nil)) }
  }

  func close(_ index: Int) {
    sources.remove(at: index)
    guard let currentIndex else { return }
    if index == currentIndex {
      select(sources.isEmpty ? nil : min(index, sources.count - 1))
    } else if index < currentIndex {
      self.currentIndex = currentIndex - 1
    }
  }

  // MARK: Statements

  /// Runs everything in `text`. The code of the last statement that failed, or of success; without
  /// a person the first failure ends it.
  func run(_ text: String) async -> ExitCode {
    var code = ExitCode.answered
    for statement in StatementScanner.scan(text).statements where !isOver {
      let result = await run(statement)
      if result != .answered { code = result }
      // Ctrl-C ends all that was typed, not one statement of it.
      if isInteractive ? Interruption.happened : result != .answered && !options.keepsGoing {
        return code
      }
    }
    return code
  }

  private func run(_ statement: StatementScanner.Statement) async -> ExitCode {
    session.nowNanoseconds = Clock.nowNanoseconds()
    session.terminal = Terminal()
    do throws(CommandFailure) {
      await renewSource()
      switch statement.kind {
      case .query: return try await runQuery(statement.text)
      case .command:
        try await runCommand(statement.text)
        return .answered
      }
    } catch {
      output.complain(error.text)
      return error.code
    }
  }
}
