/// Writes the help from `ArgumentTable`.
package enum HelpText {
  /// Help on the program: its commands.
  package static func program() -> String {
    var lines = [
      "traceql \(ArgumentTable.programSummary).", "",
      "Usage: traceql [SOURCE...]        opens the shell",
      "       traceql COMMAND [flags]", "",
      "Commands:",
    ]
    let nameWidth = 2 + (Command.Name.allCases.map(\.rawValue.count).max() ?? 0)
    for command in ArgumentTable.commands {
      let name = command.name.rawValue
      lines.append("  " + DisplayWidth.padded(name, to: nameWidth) + command.summary)
    }
    lines += [
      "", "'traceql COMMAND --help' tells more about each. 'traceql --version' shows the version.",
      "", "Exit codes:",
    ]
    for (code, meaning) in ArgumentTable.exitCodes {
      lines.append("  " + DisplayWidth.padded("\(code)", to: 5) + meaning)
    }
    lines += ["", "Example:"]
    lines.append("  " + (ArgumentTable.command(.query).examples.first?.command ?? ""))
    return lines.joined(separator: "\n") + "\n"
  }

  /// Help on one command: usage, flags, examples.
  package static func command(_ name: Command.Name) -> String {
    let command = ArgumentTable.command(name)
    let operands = command.operands.isEmpty ? "" : " " + command.operands
    var lines = ["traceql \(name.rawValue) \(command.summary).", ""]
    lines.append("Usage: traceql \(name.rawValue) [flags]\(operands)")
    if command.flags.contains(.file) {
      lines.append("       traceql \(name.rawValue) [flags] -f FILE")
    }
    if !command.details.isEmpty { lines += [""] + command.details }
    lines += ["", "Flags:"] + flags(of: command)
    lines += ["", command.examples.count == 1 ? "Example:" : "Examples:"]
    for (index, example) in command.examples.enumerated() {
      if index > 0 { lines.append("") }
      lines += ["  # " + example.purpose, "  " + example.command]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// One flag after the other: spelling, then the summary wrapped beside it.
  private static func flags(of command: Command) -> [String] {
    let flags = command.flags.map(ArgumentTable.flag)
    let spellings = flags.map { flag in
      (flag.short.map { "-\($0), " } ?? "    ") + flag.name.spelling
        + (flag.value.placeholder.map { " " + $0 } ?? "")
    }
    let indent = 2 + (spellings.map(\.count).max() ?? 0) + 2
    var lines: [String] = []
    for (flag, spelling) in zip(flags, spellings) {
      var text = flag.summary
      // A single choice is its own placeholder.
      if case .choice(_, let choices) = command.value(of: flag), choices.count > 1 {
        text += ": " + choices.joined(separator: ", ")
      }
      let wrapped = DisplayWidth.wrapped(text, to: 100 - indent)
      for (index, line) in wrapped.enumerated() {
        let left = index == 0 ? "  " + spelling : ""
        lines.append(DisplayWidth.padded(left, to: indent) + line)
      }
    }
    return lines
  }
}
