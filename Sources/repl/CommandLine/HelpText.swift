/// Writes the help from `ArgumentTable`.
package enum HelpText {
  /// Help on the program: its commands.
  package static func program() -> String {
    var lines = [
      "traceql \(ArgumentTable.programSummary).", "", "Usage: traceql COMMAND [flags]", "",
      "Commands:",
    ]
    for command in ArgumentTable.commands {
      lines.append("  " + DisplayWidth.padded(command.name.rawValue, to: 10) + command.summary)
    }
    lines += [
      "", "'traceql COMMAND --help' tells more about each. 'traceql --version' shows the version.",
      "", "Exit codes:",
      "  0 answered, also with nothing found    1 no such trace         2 bad query or usage",
      "  3 partial answer, by a limit           4 unreadable source     130 interrupted",
      "", "Example:",
    ]
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
    lines += ["", "Flags:"] + flags(command.flags.map(ArgumentTable.flag), of: name)
    lines += ["", command.examples.count == 1 ? "Example:" : "Examples:"]
    for (index, example) in command.examples.enumerated() {
      if index > 0 { lines.append("") }
      lines += ["  # " + example.purpose, "  " + example.command]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// One flag after the other: spelling, then the summary wrapped beside it.
  private static func flags(_ flags: [Flag], of command: Command.Name) -> [String] {
    let spellings = flags.map { flag in
      (flag.short.map { "-\($0), " } ?? "    ") + flag.name.spelling
        + (flag.value.placeholder.map { " " + $0 } ?? "")
    }
    let indent = 2 + (spellings.map(\.count).max() ?? 0) + 2
    var lines: [String] = []
    for (flag, spelling) in zip(flags, spellings) {
      var text = flag.summary
      // A single choice is its own placeholder.
      if case .choice(_, let choices) = flag.value, choices.count > 1 {
        let own = OutputFormat.formats(of: command).map(\.rawValue)
        text += ": " + (flag.name == .output ? own : choices).joined(separator: ", ")
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
