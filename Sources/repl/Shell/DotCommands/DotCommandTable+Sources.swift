import Engine

extension DotCommandTable {
  static let sourceCommands: [DotCommand] = [
    DotCommand(
      name: "open", topic: .sources, usage: "PATH... | URL | N",
      summary: "opens blocks or a server, or goes back to an open source", arguments: [.source],
      wordCount: 1...100,
      details: [
        "PATH is a folder of blocks, one block, or a Parquet file; several are searched together.",
        "URL is a server with Tempo's API. N is the number of a source in .sources.",
      ],
      examples: [
        .init(command: ".open /var/tempo/traces", purpose: "every block of the folder"),
        .init(command: ".open http://tempo:3200", purpose: "a server"),
      ],
      run: { shell, words throws(CommandFailure) in
        if words.words.count == 1, let number = Int(words.text),
          shell.sources.indices.contains(number - 1)
        {
          shell.select(number - 1)
        } else {
          return try await shell.openAndShow(words.words)
        }
        try await shell.showOverview()
      }),
    DotCommand(
      name: "close", topic: .sources, usage: "[N]", summary: "closes a source",
      arguments: [.number], wordCount: 0...1,
      examples: [.init(command: ".close", purpose: "the current one")],
      run: { shell, words throws(CommandFailure) in
        let index = try words.words.isEmpty ? shell.currentIndex : shell.sourceIndex(words.text)
        guard let index else {
          throw CommandFailure(
            text: "no source is open; .open PATH opens one\n", code: .badRequest)
        }
        shell.close(index)
        shell.output.note(shell.current.map { "now in \($0.address)" } ?? "no source is open")
      }),
    DotCommand(
      name: "sources", topic: .sources, usage: "[NAME ADDRESS...]",
      summary: "lists the open sources, or names one for .open", arguments: [.text, .source],
      wordCount: 0...100,
      details: ["Named sources belong into the rc file: .sources prod http://tempo:3200"],
      examples: [.init(command: ".sources", purpose: "what is open")],
      run: { shell, words throws(CommandFailure) in
        if words.words.count > 1 {
          shell.namedSources[words.words[0]] = words.rest(after: 1)
          return shell.output.note(".open \(words.words[0]) opens it")
        }
        shell.showSources()
      }),
    DotCommand(
      name: "blocks", topic: .sources, usage: "", summary: "lists the blocks of the source",
      wordCount: 0...0,
      run: { shell, _ throws(CommandFailure) in
        guard let local = try shell.source() as? LocalSource else {
          throw CommandFailure(text: "a server does not list its blocks\n", code: .badRequest)
        }
        shell.show(BlocksCommand.table(local.blocks, shell.session.settings.zone))
        if shell.options.showsTimer {
          shell.note(BlocksCommand.footer(local.blocks, shell.session.settings.zone))
        }
        shell.output.finishAnswer()
      }),
  ]
}

extension Shell {
  func sourceIndex(_ text: String) throws(CommandFailure) -> Int {
    guard let number = Int(text), sources.indices.contains(number - 1) else {
      throw CommandFailure(
        text: "no source \(PrintableText.escaped(text)); .sources lists them\n", code: .badRequest)
    }
    return number - 1
  }

  /// Opens sources; where they turn out not to answer, everything is as it was.
  fileprivate func openAndShow(_ addresses: [String]) async throws(CommandFailure) {
    let (known, before) = (sources.count, currentIndex)
    try await open(addresses)
    do throws(CommandFailure) {
      try await showOverview()
    } catch {
      while sources.count > known { close(sources.count - 1) }
      select(before)
      throw error
    }
  }

  /// The one screen that opening a source shows.
  func showOverview() async throws(CommandFailure) {
    guard isInteractive, let source = current else { return }
    let overview = try await source.overview(session)
    let width = overview.facts.map { $0.name.count }.max() ?? 0
    let style = session.terminal.outputStyle
    var lines = [style.apply(.bold, to: PrintableText.escaped(source.address))]
    let room = max(20, WindowSize.current.columns - width - 5)
    for fact in overview.facts {
      for (index, part) in DisplayWidth.wrapped(fact.value, to: room).enumerated() {
        let name = DisplayWidth.leftPadded(index == 0 ? fact.name : "", to: width + 2)
        lines.append(style.apply(.dim, to: name) + "  " + part)
      }
    }
    output.write(lines: lines)
  }

  func showSources() {
    var table = Table(columns: [
      .init("", key: "current"), .init("#", key: "number", alignment: .right),
      .init("Address", key: "address", canShrink: true), .init("Kind", key: "kind"),
    ])
    for (index, source) in sources.enumerated() {
      table.append(
        .init([
          .text(index == currentIndex ? "*" : ""), .integer(Int64(index + 1)),
          .text(source.address), .text(source.kind),
        ]))
    }
    for (name, address) in namedSources.sorted(by: { $0.key < $1.key }) {
      table.append(.init([.missing, .missing, .text(address), .text("named \(name)")]))
    }
    if table.rows.isEmpty { return output.note("no source is open; .open PATH opens one") }
    show(table, isLast: true)
    output.finishAnswer()
  }
}
