import Engine

extension DotCommandTable {
  static let queryCommands: [DotCommand] = [
    setting(
      "limit", "N", .queries, "limits how many traces an answer shows; 0 shows all",
      example: ".limit 100"),
    setting(
      "since", "AGE | off", .queries, "asks only for what is that young: 15m, 1h, 7d",
      example: ".since 1h"),
    setting(
      "start", "TIME | off", .queries, "asks only for what starts at or after TIME",
      example: ".start 2026-01-15T09:30:00Z"),
    setting(
      "end", "TIME | off", .queries, "asks only for what starts at or before TIME",
      example: ".end -5m"),
    setting(
      "step", "LENGTH | auto", .queries, "sets the distance of samples in metrics",
      example: ".step 30s"),
    DotCommand(
      name: "explain", topic: .queries, usage: "[QUERY]",
      summary: "shows how a query would be answered; the last one if none is given",
      arguments: [.query], wordCount: 0...1_000,
      examples: [
        .init(command: ".explain { duration > 2s }", purpose: "plans, pruning, where columns lie")
      ],
      run: { shell, words throws(CommandFailure) in
        let query = try shell.queryOrLast(words.text)
        var options = shell.session.queryOptions
        options.timeRange = try shell.currentRange()
        let text = try await shell.source().explain(query, options: options)
        shell.output.write(
          lines: text.split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init))
        shell.output.finishAnswer()
      }),
    DotCommand(
      name: "profile", topic: .queries, usage: "[QUERY]",
      summary: "runs a query and shows what it cost; the last one if none is given",
      arguments: [.query], wordCount: 0...1_000,
      details: [
        "A tree of operators: rows in and out, time, bytes and pages of each. A server does not",
        "say; of its queries the cost of the last one as a whole is shown.",
      ],
      examples: [.init(command: ".profile", purpose: "what the last query costs, and where")],
      run: { shell, words throws(CommandFailure) in try await shell.profile(words.text) }),
    DotCommand(
      name: "watch", topic: .queries, usage: "[LENGTH] [QUERY]",
      summary: "runs a query again and again until Ctrl-C", arguments: [.duration, .query],
      wordCount: 0...1_000, details: ["Every 5 s unless LENGTH says otherwise."],
      examples: [
        .init(command: ".watch 10s { status = error }", purpose: "the newest errors, every 10 s")
      ],
      run: { shell, words throws(CommandFailure) in try await shell.watch(words) }),
    DotCommand(
      name: "compare", topic: .queries, usage: "RANGE RANGE [QUERY]",
      summary: "compares two ranges of time of one query", arguments: [.text, .text, .query],
      wordCount: 2...1_000,
      details: [
        "RANGE is START..END in the forms of .start, or an age: 1h is the last hour,",
        "-2h..-1h the one before. Durations, errors and services of the traces are compared.",
      ],
      examples: [
        .init(
          command: ".compare -2h..-1h 1h { resource.service.name = \"cart\" }",
          purpose: "the last hour against the one before")
      ],
      run: { shell, words throws(CommandFailure) in try await shell.compare(words) }),
  ]

  /// A setting with a command of its own: shows it, or changes it.
  static func setting(
    _ name: String, _ usage: String, _ topic: DotCommand.Topic, _ summary: String, example: String
  ) -> DotCommand {
    let argument = ShellSetting.all.first { $0.name == name }?.argument ?? .text
    return DotCommand(
      name: name, topic: topic, usage: "[\(usage)]", summary: summary,
      arguments: [argument], wordCount: 0...2,
      examples: [.init(command: example, purpose: "without a value it shows the one that is set")],
      run: { shell, words throws(CommandFailure) in
        let setting = try ShellSetting.named(name)
        if !words.words.isEmpty { try setting.change(shell, words.words.joined(separator: " ")) }
        shell.output.note("\(name) \(setting.value(shell))")
      })
  }
}

extension Shell {
  /// The query given, or the one that ran last.
  func queryOrLast(_ text: String) throws(CommandFailure) -> CheckedQuery {
    guard text.isEmpty else { return try check(text) }
    guard let query = answer.query else {
      throw CommandFailure(
        text: "no query has run yet: run one first, or write it behind the command\n",
        code: .badRequest)
    }
    return query
  }

  func watch(_ words: DotWords) async throws(CommandFailure) {
    var interval: UInt64 = 5_000_000_000
    var text = words.text
    if let first = words.words.first, let length = DurationText.parse(first) {
      interval = max(length, 100_000_000)
      text = words.rest(after: 1)
    }
    let query = try queryOrLast(text)
    let clears = output.isTerminal && !TerminalKind.isDumb
    while true {
      session.nowNanoseconds = Clock.nowNanoseconds()
      await renewSource()
      if clears { StandardStream.output.write("\u{1B}[H\u{1B}[2J") }
      let every = DurationText.format(nanoseconds: Int64(clamping: interval))
      output.note("every \(every) until Ctrl-C: \(query.text)\n")
      let code = try await runQuery(query.text)
      guard code != .interrupted, !Interruption.happened,
        await Self.sleep(nanoseconds: interval)
      else { return }
    }
  }

  /// False if Ctrl-C ended it.
  private static func sleep(nanoseconds: UInt64) async -> Bool {
    let (_, outcome) = await QueryWatch.run(
      timeoutNanoseconds: nanoseconds,
      display: .init(
        quietNanoseconds: .max, lines: { _, _ in [] }, endsAtSecondInterrupt: false)
    ) { progress throws(Never) in
      // The watch says when it is over; looking every few milliseconds is soon enough.
      while !progress.isCancelled {
        SystemText.pause(milliseconds: 20)
      }
    }
    return outcome != .interrupted
  }
}
