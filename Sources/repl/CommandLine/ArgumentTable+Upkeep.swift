extension ArgumentTable {
  /// Commands that need no blocks: about queries in files, and about the program itself.
  static let upkeep: [Command] = [
    Command(
      name: .lint,
      summary: "checks files of queries and says what is probably not meant",
      operands: "[FILE...]", operandCount: 0...Int.max, operandKind: .files,
      flags: [.lines, .dialect, .param, .output, .help],
      choices: [.output: LintFormat.allCases.map(\.rawValue)],
      details: [
        "Without FILE, or with -, queries come from standard input. A file holds one query, or",
        "several with lines of --- between them; with --lines every line is one. A finding has",
        "a code that stays the same from version to version. Of a $name without --param every type",
        "that fits its place is thought of.",
        "Exits 0 if there is nothing to say, 1 with warnings, 2 if a query is broken. Notes on",
        "what plain Tempo would not understand do not count; with --dialect tempo they are errors.",
      ],
      examples: [
        .init(command: "traceql lint queries/*.traceql", purpose: "before a commit"),
        .init(
          command: "traceql lint --dialect tempo --output sarif dashboards.traceql",
          purpose: "for a code host"),
      ]),
    Command(
      name: .format,
      summary: "lays queries out in one canonical way, comments kept", operands: "[FILE...]",
      operandCount: 0...Int.max, operandKind: .files,
      flags: [.check, .write, .lines, .help],
      details: [
        "Prints the result; without FILE, or with -, of standard input. --write changes the files,",
        "--check names those that would change. Only blanks, line breaks and quotes are touched:",
        "the query means the same. Queries longer than a line are broken at stages and operators.",
        "Exits 2 if a query is broken.",
      ],
      examples: [
        .init(command: "traceql fmt --write queries/*.traceql", purpose: "lay out files in place"),
        .init(command: "traceql fmt --check queries/*.traceql", purpose: "for CI"),
        .init(
          command: "echo '{status=error}|count()>2' | traceql fmt",
          purpose: "as a filter of an editor"),
      ]),
    Command(
      name: .completions,
      summary: "prints the completion script of a shell", operands: "SHELL", operandCount: 1...1,
      operandKind: .choice(CompletionShell.allCases.map(\.rawValue)), flags: [.help],
      details: ["SHELL is bash, zsh or fish. `make install` puts all three where they belong."],
      examples: [
        .init(
          command: "traceql completions bash", purpose: "source <(traceql completions bash)"),
        .init(
          command: "traceql completions fish",
          purpose: "goes to ~/.config/fish/completions/traceql.fish"),
      ]),
    Command(
      name: .manual,
      summary: "prints the manual page", operands: "", operandCount: 0...0, flags: [.help],
      details: ["The page is in the language of man(7): `man -l` shows it."],
      examples: [.init(command: "traceql man", purpose: "traceql man | man -l -")]),
  ]
}
