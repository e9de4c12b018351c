extension DotCommandTable {
  static let outputCommands: [DotCommand] = [
    setting(
      "mode", "MODE", .output,
      "chooses how answers are shown: "
        + ShellMode.allCases.map(\.rawValue).joined(separator: ", "),
      example: ".mode csv"),
    DotCommand(
      name: "output", topic: .output, usage: "[FILE]",
      summary: "sends answers to a file, or back to the terminal", arguments: [.file],
      wordCount: 0...1,
      details: [
        "Unless .mode says otherwise, a name that ends in .csv, .tsv, .json, .ndjson or .md asks",
        "for that format.",
      ],
      examples: [.init(command: ".output slow.csv", purpose: "every answer until .output")],
      run: { shell, words throws(CommandFailure) in
        try shell.output.redirect(to: words.words.first)
        shell.options.outputPath = words.words.first
        shell.output.note(words.words.first.map { "answers go to \($0)" } ?? "answers go here")
      }),
    DotCommand(
      name: "once", topic: .output, usage: "FILE", summary: "sends the next answer to a file",
      arguments: [.file], wordCount: 1...1,
      examples: [.init(command: ".once slow.csv", purpose: "the next answer alone")],
      run: { shell, words throws(CommandFailure) in
        try shell.output.redirectOnce(to: words.words[0])
        shell.output.note("the next answer goes to \(words.words[0])")
      }),
    DotCommand(
      name: "export", topic: .output, usage: "FILE [QUERY]",
      summary: "writes the whole traces that match, all of them", arguments: [.file, .query],
      wordCount: 1...1_000,
      details: [
        "By the name's end: .json OTLP JSON, .pb or .otlp OTLP protobuf, .csv, .ndjson or .parquet",
        "a row per span of the traces. .parquet has attributes, events and links as well: maps of",
        "texts and lists, attributes['http.status_code'] in DuckDB. Without a query: the last one.",
      ],
      examples: [
        .init(
          command: ".export errors.json { status = error }",
          purpose: "every trace with an error, for other tools")
      ],
      run: { shell, words throws(CommandFailure) in
        try await shell.export(to: words.words[0], words.rest(after: 1))
      }),
    setting(
      "timer", "on | off", .output,
      "shows or hides the line below an answer: rows, spans, time, bytes",
      example: ".timer off"),
  ]
}
