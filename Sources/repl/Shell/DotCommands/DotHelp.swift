/// Help on the shell, made from the table of commands.
enum DotHelp {
  /// `subject` is a command with or without its dot, a topic, or empty for the list.
  static func lines(
    _ subject: String, style: TextStyle, width: Int?
  ) throws(CommandFailure) -> [String] {
    let lines = try lines(subject, style: style)
    guard let width, lines.contains(where: { DisplayWidth.of($0) >= width }) else { return lines }
    return lines.flatMap { fitted($0, width) }
  }

  /// A line that is too long goes on below the place where its last column begins, the same in all
  /// lines.
  private static func fitted(_ line: String, _ width: Int) -> [String] {
    let indent = line.prefix { $0 == " " }.count
    var left = line
    var right = ""
    // Two blanks and more stand between what is typed and what it does.
    let ends = zip(line.indices, line.indices.dropFirst()).first {
      $0 > line.index(line.startIndex, offsetBy: indent) && line[$0] == " " && line[$1] == " "
    }
    if let gap = ends?.0 {
      left = String(line[..<gap])
      right = String(line[gap...]).trimmingBlanks
    }
    let place = min(30, max(indent, width / 2 - 2))
    guard !right.isEmpty else {
      guard DisplayWidth.of(line) >= width else { return [line] }
      return DisplayWidth.wrapped(line, to: width - indent - 1)
        .map { DisplayWidth.blanks(indent) + $0 }
    }
    let wrapped = DisplayWidth.wrapped(right, to: max(10, width - place - 2))
    let rest = wrapped.map { DisplayWidth.blanks(place + 1) + $0 }
    guard DisplayWidth.of(left) < place else { return [left] + rest }
    return [DisplayWidth.padded(left, to: place) + " " + wrapped[0]] + rest.dropFirst()
  }

  private static func lines(_ subject: String, style: TextStyle) throws(CommandFailure) -> [String]
  {
    let word = subject.hasPrefix(".") ? String(subject.dropFirst()) : subject
    if word.isEmpty { return list(style) }
    if let topic = HelpTopic.all.first(where: { $0.name == word }) { return topic.lines(style) }
    let topic = DotCommand.Topic.allCases.first {
      $0.rawValue == word || $0.title.lowercased() == word.lowercased()
    }
    if let topic { return section(topic, style, hasExamples: true) }
    return lines(try DotCommandTable.command(word), style)
  }

  private static func list(_ style: TextStyle) -> [String] {
    var lines = [
      "A query in TraceQL runs when Enter is pressed: { status = error }", "",
    ]
    for topic in DotCommand.Topic.allCases {
      lines += section(topic, style, hasExamples: false) + [""]
    }
    let topics = HelpTopic.all.map(\.name).joined(separator: ", ")
    return lines + [".help COMMAND tells more; .help TOPIC has examples: \(topics)"]
  }

  /// What the longest command takes.
  private static let usageWidth =
    DotCommandTable.all.map { DisplayWidth.of("  .\($0.name) \($0.usage)") }.max() ?? 0

  private static func section(
    _ topic: DotCommand.Topic, _ style: TextStyle, hasExamples: Bool
  ) -> [String] {
    let commands = DotCommandTable.all.filter { $0.topic == topic }
    var lines = [style.apply(.bold, to: topic.title)]
    for command in commands {
      let left = "  .\(command.name) \(command.usage)"
      lines.append(DisplayWidth.padded(left, to: usageWidth) + "  " + command.summary)
    }
    guard hasExamples else { return lines }
    lines.append("")
    for example in commands.flatMap(\.examples) {
      lines.append("  " + DisplayWidth.padded(example.command, to: 50) + " " + example.purpose)
    }
    return lines
  }

  private static func lines(_ command: DotCommand, _ style: TextStyle) -> [String] {
    var lines = [
      style.apply(.bold, to: ".\(command.name) \(command.usage)"), "  " + command.summary,
    ]
    if !command.details.isEmpty { lines += [""] + command.details.map { "  " + $0 } }
    if !command.examples.isEmpty { lines.append("") }
    for example in command.examples {
      lines += ["  # " + example.purpose, "  " + example.command]
    }
    return lines
  }
}

/// Help on what is no command: the language, times, keys.
struct HelpTopic: Sendable {
  var name: String
  var title: String
  var rows: [(left: String, right: String)]

  func lines(_ style: TextStyle) -> [String] {
    let width = rows.map { DisplayWidth.of($0.left) }.max() ?? 0
    return [style.apply(.bold, to: title)]
      + rows.map { "  " + DisplayWidth.padded($0.left, to: width) + "  " + $0.right }
  }

  static let all: [HelpTopic] = [
    HelpTopic(
      name: "query", title: "Queries",
      rows: [
        ("{ status = error }", "spans with an error"),
        ("{ resource.service.name = \"cart\" && duration > 1s }", "slow spans of one service"),
        ("{ span.http.status_code >= 500 }", "by an attribute"),
        ("{ name =~ \"GET .*\" }", "by a pattern, matching the whole text"),
        ("{ kind = server } >> { status = error }", "errors somewhere below a server span"),
        ("{ } | by(resource.service.name) | count() > 10", "groups within traces"),
        ("{ status = error } | select(span.http.url)", "with more to show"),
      ]),
    HelpTopic(
      name: "metrics", title: "Metrics",
      rows: [
        ("{ status = error } | rate() by(resource.service.name)", "errors a second"),
        ("{ } | quantile_over_time(duration, .5, .99)", "latency over time"),
        ("{ } | histogram_over_time(duration)", "a heat map"),
        ("{ } | compare({ status = error })", "what errors have in common"),
        (".step 1m", "distance of the samples"), (".since 1h", "the range"),
        (".mode chart", "draws them"),
      ]),
    HelpTopic(
      name: "time", title: "Times",
      rows: [
        (".since 1h", "the last hour"), (".start 2026-01-15T09:30", "from a moment on"),
        (".start -2h", "from two hours ago"), (".end 2026-01-15T10:00Z", "up to a moment, in UTC"),
        (".start off", "no limit"), (".set utc on", "show times in UTC"),
      ]),
    HelpTopic(
      name: "keys", title: "Keys",
      rows: [
        ("Tab", "completes; again chooses from the list, Shift-Tab backwards"),
        ("Enter", "runs the input when it is complete; Alt-Enter always starts a line"),
        ("Up, Down", "lines of the input, then earlier inputs that begin alike"),
        ("Ctrl-R", "searches earlier inputs"),
        ("Ctrl-C", "clears the line; stops a running query and keeps what it found"),
        ("Ctrl-D", "leaves, on an empty line"), ("Ctrl-L", "clears the screen"),
        ("Ctrl-_", "undoes"), ("others", "as in ~/.inputrc, vi keys included"),
      ]),
  ]
}
