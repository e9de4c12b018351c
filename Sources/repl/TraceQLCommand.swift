import Dispatch
import Glibc

/// The program: takes the command line apart, runs a command, exits with its code.
@main
struct TraceQLCommand {
  static func main() {
    // A reader that went away is noticed by `write`, not by a signal.
    signal(SIGPIPE, SIG_IGN)
    Allocator.keepLargeBlocks()
    do throws(CommandFailure) {
      exit(try run(Array(CommandLine.arguments.dropFirst())).rawValue)
    } catch {
      end(with: error)
    }
  }

  private static func end(with failure: CommandFailure) -> Never {
    StandardStream.error.write(failure.text)
    leave(failure.code)
  }

  private static func leave(_ code: ExitCode) -> Never {
    // A query that was interrupted may still be at work: nothing is taken down below it.
    if code == .interrupted { _exit(code.rawValue) }
    exit(code.rawValue)
  }

  private static func run(_ line: [String]) throws(CommandFailure) -> ExitCode {
    let arguments: ParsedArguments
    do throws(UsageError) {
      arguments = try ArgumentParser.parse(line, isSource: ShellCommand.isSource)
    } catch {
      throw CommandFailure(error)
    }
    switch arguments.request {
    case .version: StandardStream.output.write("traceql \(ProgramVersion.text)\n")
    case .help(nil): StandardStream.output.write(HelpText.program())
    case .help(let name?): StandardStream.output.write(HelpText.command(name))
    case .run(let name): start(name, try Session(arguments))
    }
    return .answered
  }

  /// Runs a command to its end, which is that of the process.
  private static func start(_ name: Command.Name, _ session: Session) -> Never {
    let command: @Sendable () async -> Never = {
      do throws(CommandFailure) {
        leave(try await run(name, session))
      } catch {
        end(with: error)
      }
    }
    guard name == .shell || name == .serve else {
      CommandThreads.run(
        countMax: min(session.threadCount, session.processorCount), command)
    }
    // They go on for long, have timers, and what belongs to the main actor.
    Task { await command() }
    dispatchMain()
  }

  private static func run(
    _ name: Command.Name, _ session: Session
  ) async throws(CommandFailure) -> ExitCode {
    switch name {
    case .shell: await ShellCommand.run(session)
    case .query: try await QueryCommand.run(session)
    case .trace: try await TraceCommand.run(session)
    case .tags: try await TagsCommand.run(session)
    case .values: try await ValuesCommand.run(session)
    case .blocks: try await BlocksCommand.run(session)
    case .blocksShow: try await BlocksShowCommand.run(session)
    case .blocksVerify: try await BlocksVerifyCommand.run(session)
    case .blocksCompact: try await BlocksCompactCommand.run(session)
    case .blocksConvert: try await BlocksRewriteCommand.convert(session)
    case .blocksRewrite: try await BlocksRewriteCommand.rewrite(session)
    case .blocksRepair: try await BlocksRepairCommand.run(session)
    case .blocksRedact: try await BlocksRedactCommand.run(session)
    case .blocksExpire: try await BlocksExpireCommand.run(session)
    case .explain: try await ExplainCommand.run(session)
    case .check: try await CheckCommand.run(session)
    case .api: try await APICommand.run(session)
    case .serve: try await ServeCommand.run(session)
    case .ingest: try await IngestCommand.run(session)
    case .lint: LintCommand.run(session)
    case .format: FormatCommand.run(session)
    case .completions: CompletionsCommand.run(session)
    case .manual: ManualCommand.run()
    }
  }
}
