/// The script for fish.
enum FishCompletion {
  static func text() -> String {
    let names = CompletionScript.topCommands.map { $0.name.rawValue }
    var lines = [
      "# Completion of traceql for fish; `traceql completions fish` writes it.",
      "complete -c traceql -f",
      "complete -c traceql -n __fish_use_subcommand -l help -s h -d 'show this help'",
      "complete -c traceql -n __fish_use_subcommand -l version -d 'show the version'",
    ]
    for command in CompletionScript.topCommands {
      lines.append(
        "complete -c traceql -n __fish_use_subcommand -a \(command.name.rawValue) "
          + "-d \(quoted(command.summary))")
    }
    lines.append(
      "complete -c traceql -n '__fish_seen_subcommand_from help' -a "
        + quoted(names.joined(separator: " ")))
    for command in ArgumentTable.commands { lines += self.lines(for: command) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(for command: Command) -> [String] {
    let condition = condition(of: command)
    var lines: [String] = []
    for child in command.name.children {
      let below = ArgumentTable.command(child)
      lines.append(
        "complete -c traceql -n \(condition) -a \(CompletionScript.word(child)) "
          + "-d \(quoted(below.summary))")
    }
    for flag in command.flags.map(ArgumentTable.flag) {
      var line = "complete -c traceql -n \(condition) -l \(flag.name.rawValue)"
      if let short = flag.short { line += " -s \(short)" }
      switch CompletionScript.kind(of: command.value(of: flag)) {
      case .none: break
      case .text: line += " -x"
      case .path: line += " -r -F"
      case .choice(let choices): line += " -x -a \(quoted(choices.joined(separator: " ")))"
      }
      lines.append(line + " -d \(quoted(flag.summary))")
    }
    switch command.operandKind {
    case .text: break
    case .files: lines.append("complete -c traceql -n \(condition) -F")
    case .choice(let choices):
      lines.append(
        "complete -c traceql -n \(condition) -a \(quoted(choices.joined(separator: " ")))")
    }
    return lines
  }

  /// Where a command's own flags are offered: behind its words, and behind none of those below it.
  private static func condition(of command: Command) -> String {
    let words = command.name.rawValue.split(separator: " ")
    var tests = words.map { "__fish_seen_subcommand_from \($0)" }
    let below = command.name.children.map(CompletionScript.word)
    if !below.isEmpty {
      tests.append("not __fish_seen_subcommand_from " + below.joined(separator: " "))
    }
    return quoted(tests.joined(separator: "; and "))
  }

  private static func quoted(_ text: String) -> String {
    let inner = text.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    return "'" + inner + "'"
  }
}
