/// `traceql completions`: the script of a shell.
enum CompletionsCommand {
  static func run(_ session: Session) -> ExitCode {
    let name = session.arguments.operands.first ?? ""
    guard let shell = CompletionShell(rawValue: name) else {
      let known = CompletionShell.allCases.map(\.rawValue)
      let near = NearestName.of(name, among: known)
      StandardStream.error.write(
        UsageError(
          "there is no completion for '\(PrintableText.escaped(name))'"
            + (near.map { "; did you mean '\($0)'?" } ?? ""),
          hint: "There is one for bash, zsh and fish.", command: .completions
        ).text)
      return .badRequest
    }
    StandardStream.output.write(CompletionScript.text(for: shell))
    return .answered
  }
}
