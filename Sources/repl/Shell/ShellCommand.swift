import Engine

/// `traceql [SOURCE...]`: the shell, or its statements without a person.
enum ShellCommand {
  /// Whether a word of the command line can be opened.
  static func isSource(_ word: String) -> Bool {
    TempoAddress.matches(word) || FilePath.exists(word)
  }

  @MainActor
  static func run(_ session: Session) async -> ExitCode {
    let arguments = session.arguments
    let isBatch =
      arguments.isSet(.statements) || arguments.isSet(.file) || !StandardStream.input.isTerminal
    let shell = Shell(session, isInteractive: !isBatch)
    shell.options.keepsGoing = arguments.isSet(.keepGoing)
    if let mode = arguments.value(.output).flatMap(ShellMode.init) { shell.options.mode = mode }
    do throws(CommandFailure) {
      try await RcFile.run(shell)
      try await open(arguments.operands, shell)
      return isBatch ? try await batch(shell) : try await ShellLoop(shell).run()
    } catch {
      StandardStream.error.write(error.text)
      return error.code
    }
  }

  @MainActor
  private static func open(
    _ operands: [String], _ shell: Shell
  ) async throws(CommandFailure) {
    if !operands.isEmpty { return try await shell.open(operands) }
    guard shell.current == nil else { return }
    // Without a source: the current folder, if it holds any blocks.
    do throws(CommandFailure) {
      try await shell.open(["."])
    } catch {
      guard shell.isInteractive else { return }
      shell.output.note("no blocks here; .open PATH opens a folder of blocks, .open URL a server")
    }
  }

  /// Runs `-c`, `-f` or standard input.
  @MainActor
  private static func batch(_ shell: Shell) async throws(CommandFailure) -> ExitCode {
    let arguments = shell.session.arguments
    var texts = arguments.values[.statements] ?? []
    if let path = arguments.value(.file), path != "-" {
      let bytes = try InputText.file(path, upTo: bytesMax)
      texts.append(String(decoding: bytes, as: UTF8.self))
    } else if texts.isEmpty {
      texts = [String(decoding: InputText.standardInput(upTo: bytesMax), as: UTF8.self)]
    }
    var code = ExitCode.answered
    for text in texts where !shell.isOver {
      let result = await shell.run(text)
      guard result != .answered else { continue }
      code = result
      if !shell.options.keepsGoing { break }
    }
    return code
  }

  private static let bytesMax = 64 << 20
}
