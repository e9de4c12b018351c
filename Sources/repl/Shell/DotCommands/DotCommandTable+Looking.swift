extension DotCommandTable {
  static let lookingCommands: [DotCommand] = [
    DotCommand(
      name: "trace", topic: .looking, usage: "N | TRACE-ID [all] [attributes]",
      summary: "draws a trace: tree, bars on a time axis, errors, critical path",
      arguments: [.trace, .choice(["all", "attributes"])], wordCount: 0...3,
      details: [
        "N is a row of the last answer; without one, the trace shown last. Similar siblings are",
        "folded unless 'all' is given; 'attributes' adds those of every span.",
        "The critical path, where time would have to be saved, is drawn solid, the rest shaded.",
      ],
      examples: [
        .init(command: ".trace 1", purpose: "the first trace of the last answer"),
        .init(command: ".trace 7d7ac01c6f2c69a67eeac21deabb27cb", purpose: "by its ID"),
      ],
      run: { shell, words throws(CommandFailure) in try await shell.showTrace(words.words) }),
    DotCommand(
      name: "span", topic: .looking, usage: "N | SPAN-ID",
      summary: "shows everything there is about a span", arguments: [.span], wordCount: 1...1,
      details: ["N is a line of the trace shown last, or a row of spans."],
      examples: [.init(command: ".span 3", purpose: "attributes, events, links")],
      run: { shell, words throws(CommandFailure) in
        let (found, _) = try await shell.span(words.words[0])
        shell.output.write(
          lines: SpanDetails.lines(
            found, width: shell.screenWidth, style: shell.answerStyle,
            zone: shell.session.settings.zone))
        shell.output.finishAnswer()
      }),
    DotCommand(
      name: "events", topic: .looking, usage: "[N | SPAN-ID]",
      summary: "shows the events of a span, or of every span of the trace shown last",
      arguments: [.span], wordCount: 0...1,
      examples: [.init(command: ".events 3", purpose: "exceptions and the like")],
      run: { shell, words throws(CommandFailure) in
        try await shell.showEvents(words.words.first)
      }),
    DotCommand(
      name: "diff", topic: .looking, usage: "A B",
      summary: "compares two traces: rows of the last answer, or IDs", arguments: [.trace],
      wordCount: 2...2,
      examples: [
        .init(command: ".diff 1 2", purpose: "what is slower or missing in the second")
      ],
      run: { shell, words throws(CommandFailure) in
        let first = try await shell.trace(words.words[0])
        let second = try await shell.trace(words.words[1])
        shell.showDiff(first, second)
      }),
  ]
}
