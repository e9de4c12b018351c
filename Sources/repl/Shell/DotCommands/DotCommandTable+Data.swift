import Engine
import TraceQL

extension DotCommandTable {
  static let dataCommands: [DotCommand] = [
    DotCommand(
      name: "services", topic: .data, usage: "[FILTER]",
      summary: "lists the services and how many spans they have", arguments: [.query],
      wordCount: 0...1_000,
      examples: [
        .init(command: ".services { status = error }", purpose: "services with errors")
      ],
      run: { shell, words throws(CommandFailure) in
        let field = Field.attribute(Attribute(.resource, "service.name"))
        try await shell.showValues(of: field, filter: words.text, title: "Service")
      }),
    DotCommand(
      name: "attrs", topic: .data, usage: "[SCOPE] [FILTER]",
      summary: "lists the names of attributes, by how many spans have them",
      arguments: [
        .choice(["resource", "span", "event", "link", "instrumentation"]), .query,
      ], wordCount: 0...1_000,
      examples: [
        .init(command: ".attrs span", purpose: "attributes of spans"),
        .init(
          command: ".attrs { resource.service.name = \"cart\" }",
          purpose: "what the spans of one service carry"),
      ],
      run: { shell, words throws(CommandFailure) in try await shell.showNames(words) }),
    DotCommand(
      name: "values", topic: .data, usage: "FIELD [FILTER]",
      summary: "lists the values of a field, by how many spans have them",
      arguments: [.field, .query], wordCount: 1...1_000,
      examples: [
        .init(command: ".values span.http.status_code", purpose: "every status code"),
        .init(
          command: ".values name { status = error }", purpose: "names of spans that had errors"),
      ],
      run: { shell, words throws(CommandFailure) in
        let field = try shell.field(words.words[0])
        try await shell.showValues(of: field, filter: words.rest(after: 1), title: "Value")
      }),
    DotCommand(
      name: "schema", topic: .data, usage: "",
      summary: "shows the fields of the language and where the source keeps them", wordCount: 0...0,
      run: { shell, _ throws(CommandFailure) in try await shell.showSchema() }),
  ]
}

extension Shell {
  /// A field as TraceQL writes it; a bare `service.name` means any scope, as in queries.
  func field(_ text: String) throws(CommandFailure) -> Field {
    for spelling in [text, "." + text] {
      if case .success(let field) = Field.parse(identifier: spelling) { return field }
    }
    throw CommandFailure(
      text: "'\(PrintableText.escaped(text))' is no field; write resource.service.name, "
        + "span.http.status_code, .region (any scope), or name\n", code: .badRequest)
  }

  /// A filter in braces, or nil for an empty text.
  private func filter(_ text: String) throws(CommandFailure) -> String? {
    guard !text.isEmpty else { return nil }
    guard text.hasPrefix("{") || text.hasPrefix("(") else {
      throw CommandFailure(
        text: "'\(PrintableText.escaped(text))' is no filter; one is written in braces: "
          + "{ status = error }\n", code: .badRequest)
    }
    let query = try check(text)
    guard case .pipeline(let pipeline) = query.query.body, pipeline.stages.count == 1,
      case .spanset(.filter) = pipeline.stages[0]
    else {
      throw CommandFailure(
        text: "a filter is one pair of braces: { status = error }\n", code: .badRequest)
    }
    return query.plainText
  }

  func showValues(of field: Field, filter text: String, title: String) async throws(CommandFailure)
  {
    let filter = try filter(text)
    let source = try source()
    var options = session.queryOptions
    options.timeRange = try currentRange()
    let counter = TagCounter<Value>()
    let engineOptions = options
    let (counted, outcome) = await watched { progress throws(CommandFailure) in
      let isCounted = try await source.countValues(
        of: field, filter: filter, options: engineOptions, progress: progress
      ) { counter.add($0) }
      if !isCounted, !progress.isCancelled, counter.isEmpty {
        for value in try await source.values(
          of: field, filter: filter, options: engineOptions, progress: progress, found: { _ in })
        {
          counter.add([value: 0])
        }
      }
    } instead: { _ in
      .success(())
    }
    try counted.get()
    let rows = counter.sorted { ValueText.literal($0) < ValueText.literal($1) }
    showCounts(rows.map { ([Cell($0.item)], $0.count) }, titles: [title], noun: "value")
    // A name that nobody has is most often one misspelt.
    if rows.isEmpty { advise(on: try check("{ \(field) != nil }"), isEmpty: false) }
    _ = session.conclude(outcome, partialReasons: [])
  }

  fileprivate func showNames(_ words: DotWords) async throws(CommandFailure) {
    let scopes = ["resource", "span", "event", "link", "instrumentation"]
    let scope = words.words.first.flatMap { scopes.contains($0) ? $0 : nil }
    if scope == nil, let word = words.words.first, !word.hasPrefix("{") {
      throw CommandFailure(
        text: "'\(PrintableText.escaped(word))' is no scope; it is one of "
          + scopes.joined(separator: ", ") + "\n", code: .badRequest)
    }
    let filter = try filter(scope == nil ? words.text : words.rest(after: 1))
    let source = try source()
    var options = session.queryOptions
    options.timeRange = try currentRange()
    let counter = TagCounter<CompletionFacts.Name>()
    let engineOptions = options
    let (counted, outcome) = await watched { progress throws(CommandFailure) in
      let isCounted = try await source.countNames(
        filter: filter, options: engineOptions, progress: progress
      ) { found in
        for (scope, names) in found {
          counter.add(
            [CompletionFacts.Name: Int](
              uniqueKeysWithValues: names.map { (.init(scope: scope, name: $0.key), $0.value) }))
        }
      }
      if !isCounted, !progress.isCancelled, counter.isEmpty {
        for found in try await source.names(
          filter: filter, options: engineOptions, progress: progress)
        {
          for name in found.names { counter.add([.init(scope: found.scope, name: name): 0]) }
        }
      }
    } instead: { _ in
      .success(())
    }
    try counted.get()
    let rows = counter.sorted { ($0.scope, $0.name) < ($1.scope, $1.name) }
      .filter { scope == nil || $0.item.scope == scope }
    showCounts(
      rows.map { ([.text($0.item.scope), .text($0.item.name)], $0.count) },
      titles: ["Scope", "Name"], noun: "name")
    _ = session.conclude(outcome, partialReasons: [])
  }

  /// Items with their counts, the most frequent first.
  private func showCounts(_ rows: [([Cell], Int)], titles: [String], noun: String) {
    let hasCounts = rows.contains { $0.1 > 0 }
    var columns = titles.map { Table.Column($0, key: $0.lowercased(), canShrink: true) }
    if hasCounts { columns.append(.init("Spans", key: "spans", alignment: .right)) }
    var table = Table(columns: columns)
    for (cells, count) in rows {
      table.append(.init(hasCounts ? cells + [.integer(Int64(count))] : cells))
    }
    show(table)
    if self.options.showsTimer { note(NumberText.counted(rows.count, noun)) }
    output.finishAnswer()
  }
}
