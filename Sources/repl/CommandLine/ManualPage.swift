/// The manual page in man(7), written from `ArgumentTable`.
package enum ManualPage {
  package static func text() -> String {
    var page = ManualPageWriter()
    page.raw(#".TH TRACEQL 1 "\#(ProgramVersion.date)" "traceql \#(ProgramVersion.text)""#)
    page.section("NAME")
    page.raw("traceql \\- \(ArgumentTable.programSummary)")
    page.section("SYNOPSIS")
    page.raw(".B traceql")
    page.raw(".I COMMAND")
    page.raw("[\\fIflags\\fR] [\\fIoperands\\fR]")
    page.section("DESCRIPTION")
    for paragraph in ArgumentTable.programDescription { page.paragraph(paragraph) }
    page.section("COMMANDS")
    for command in ArgumentTable.commands { add(command, to: &page) }
    page.section("FLAGS")
    for flag in ArgumentTable.flags { add(flag, to: &page) }
    page.section("EXIT STATUS")
    for (code, meaning) in ArgumentTable.exitCodes { page.tagged("\(code)", meaning) }
    page.section("ENVIRONMENT")
    page.tagged("NO_COLOR", "no colours on a terminal, if it is set to anything")
    page.tagged("TERM", "no colours either, if it is dumb")
    page.tagged("COLUMNS", "width of a terminal that does not tell its own")
    page.tagged("TZ", "time zone of the times shown")
    page.section("SEE ALSO")
    page.raw("https://grafana.com/docs/tempo/latest/traceql/")
    return page.text
  }

  private static func add(_ command: Command, to page: inout ManualPageWriter) {
    page.subsection("traceql \(command.name.rawValue)")
    let flags = command.flags.map { $0.spelling }.joined(separator: " ")
    let operands = command.operands.isEmpty ? "" : " " + command.operands
    page.paragraph("traceql \(command.name.rawValue) [flags]\(operands)")
    page.paragraph(command.summary.prefix(1).uppercased() + command.summary.dropFirst() + ".")
    for paragraph in command.details.split(separator: "", omittingEmptySubsequences: true) {
      page.paragraph(paragraph.joined(separator: " "))
    }
    page.paragraph("Flags: \(flags)")
    for (flag, choices) in command.choices.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      page.paragraph("\(flag.spelling) can be \(choices.joined(separator: ", ")).")
    }
    for example in command.examples {
      page.paragraph(example.purpose.prefix(1).uppercased() + example.purpose.dropFirst() + ":")
      page.example(example.command)
    }
  }

  private static func add(_ flag: Flag, to page: inout ManualPageWriter) {
    var spelling = (flag.short.map { "-\($0), " } ?? "") + flag.name.spelling
    if let placeholder = flag.value.placeholder { spelling += " " + placeholder }
    var text = flag.summary
    if case .choice(_, let choices) = flag.value, choices.count > 1 {
      text += ": " + choices.joined(separator: ", ")
    }
    page.tagged(spelling, text)
  }
}

/// Writes man(7), in which dots and quotes at the start of a line and backslashes mean something.
private struct ManualPageWriter {
  private var lines: [String] = []

  var text: String { lines.joined(separator: "\n") + "\n" }

  mutating func raw(_ line: String) { lines.append(line) }
  mutating func section(_ title: String) { lines.append(".SH \(title)") }
  mutating func subsection(_ title: String) { lines.append(".SS \(Self.escaped(title))") }

  mutating func paragraph(_ text: some StringProtocol) {
    // The first paragraph of a section begins by itself.
    let isFirst = lines.last.map { $0.hasPrefix(".SH") || $0.hasPrefix(".SS") } ?? false
    lines += (isFirst ? [] : [".PP"]) + [Self.escaped(text)]
  }

  mutating func tagged(_ tag: String, _ text: String) {
    lines += [".TP", "\\fB\(Self.escaped(tag))\\fR", Self.escaped(text)]
  }

  mutating func example(_ command: String) {
    lines += [".PP", ".RS 4", ".nf", Self.escaped(command), ".fi", ".RE"]
  }

  private static func escaped(_ text: some StringProtocol) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      default: result.append(character)
      }
    }
    return result.hasPrefix(".") ? "\\&" + result : result
  }
}
