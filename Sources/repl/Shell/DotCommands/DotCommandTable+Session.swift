extension DotCommandTable {
  static let sessionCommands: [DotCommand] = [
    DotCommand(
      name: "help", topic: .session, usage: "[COMMAND | TOPIC]",
      summary: "shows what there is, or more about one command or topic", arguments: [.command],
      wordCount: 0...3,
      details: ["Topics: query, metrics, time, keys, and the headings of the list."],
      examples: [.init(command: ".help trace", purpose: "more about .trace")],
      run: { shell, words throws(CommandFailure) in
        shell.output.write(
          lines: try DotHelp.lines(
            words.text, style: shell.answerStyle, width: shell.screenWidth))
        shell.output.finishAnswer()
      }),
    DotCommand(
      name: "read", topic: .session, usage: "FILE", summary: "runs the statements of a file",
      arguments: [.file], wordCount: 1...1,
      examples: [.init(command: ".read morning.traceql", purpose: "queries and commands")],
      run: { shell, words throws(CommandFailure) in try await shell.read(words.words[0]) }),
    DotCommand(
      name: "params", topic: .session, usage: "[NAME VALUE | NAME]",
      summary: "lists the values of $NAME in queries, sets one, or forgets it",
      arguments: [.parameter, .text], wordCount: 0...1_000,
      examples: [
        .init(command: ".params service \"cart\"", purpose: "{ resource.service.name = $service }")
      ],
      run: { shell, words throws(CommandFailure) in try shell.changeParameters(words) }),
    DotCommand(
      name: "set", topic: .session, usage: "[NAME [VALUE]]",
      summary: "lists the settings, shows one, or changes it",
      arguments: [.choice(ShellSetting.all.map(\.name)), .text], wordCount: 0...3,
      examples: [.init(command: ".set rows spans", purpose: "a row per matched span")],
      run: { shell, words throws(CommandFailure) in try shell.changeSetting(words) }),
    DotCommand(
      name: "history", topic: .session, usage: "[N | TEXT]",
      summary: "lists what was typed: the last N, or what holds TEXT", arguments: [.text],
      wordCount: 0...100,
      examples: [.init(command: ".history error", purpose: "inputs with that word")],
      run: { shell, words throws(CommandFailure) in shell.showHistory(words.text) }),
    DotCommand(
      name: "edit", topic: .session, usage: "[QUERY]",
      summary: "opens the last query in $EDITOR and runs what comes back", arguments: [.query],
      wordCount: 0...1_000,
      examples: [.init(command: ".edit", purpose: "the last query")],
      run: { shell, words throws(CommandFailure) in try await shell.edit(words.text) }),
    DotCommand(
      name: "alias", topic: .session, usage: "[NAME [STATEMENT]]",
      summary: "lists the aliases, or makes .NAME stand for a statement",
      arguments: [.text, .query],
      wordCount: 0...1_000,
      details: [
        "What follows .NAME is added at the end. An alias without a statement is forgotten."
      ],
      examples: [.init(command: ".alias slow { duration > 2s }", purpose: "then .slow runs it")],
      run: { shell, words throws(CommandFailure) in try shell.changeAlias(words) }),
    DotCommand(
      name: "quit", topic: .session, usage: "", summary: "leaves, as Ctrl-D does", wordCount: 0...0,
      run: { shell, _ throws(CommandFailure) in shell.isOver = true }),
  ]
}
