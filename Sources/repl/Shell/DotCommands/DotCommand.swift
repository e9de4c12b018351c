/// A dot command: its name, what it takes, what it does, how it is used. Help, completion and
/// dispatch are made from the table of these.
struct DotCommand: Sendable {
  enum Topic: String, Sendable, CaseIterable {
    case sources, data, queries, looking, output, session

    var title: String {
      switch self {
      case .sources: "Sources"
      case .data: "What there is"
      case .queries: "Queries"
      case .looking: "Looking at traces"
      case .output: "Output"
      case .session: "Session"
      }
    }
  }

  struct Example: Sendable {
    var command: String
    var purpose: String
  }

  /// Without its dot.
  var name: String
  var topic: Topic
  /// What follows the name, as the help shows it.
  var usage: String
  /// One line, starting with a verb.
  var summary: String
  /// For completion: one for each word; the last one goes for all that follow.
  var arguments: [CommandArgument] = []
  var wordCount: ClosedRange<Int>
  var details: [String] = []
  var examples: [Example] = []
  var run: @MainActor @Sendable (Shell, DotWords) async throws(CommandFailure) -> Void
}

/// What stands behind a dot command.
struct DotWords: Sendable {
  /// As it was written.
  var text: String
  var words: [String]

  init(_ text: String) {
    self.text = text
    words = ShellWords.split(text)
  }

  /// What follows the first `count` words, as written: a query keeps its blanks and quotes.
  func rest(after count: Int) -> String {
    var rest = text[...]
    for _ in 0..<count {
      rest = rest.drop { $0.isWhitespace }
      rest = rest.drop { !$0.isWhitespace }
    }
    return String(rest).trimmingBlanks
  }
}

extension Shell {
  /// Runs a line that begins with a dot.
  func runCommand(_ line: String) async throws(CommandFailure) {
    let name = line.dropFirst().prefix { !$0.isWhitespace }
    let words = DotWords(String(line.dropFirst(1 + name.count)).trimmingBlanks)
    if let text = options.aliases[String(name)] { return try await runAlias(text, words) }
    let command = try DotCommandTable.command(String(name))
    guard command.wordCount.contains(words.words.count) else {
      let few = words.words.count < command.wordCount.lowerBound
      let wanted =
        command.wordCount.upperBound == 0
        ? "nothing behind it\n"
        : "\(few ? "more" : "less"): .\(command.name) \(command.usage)\n"
      throw CommandFailure(
        text: ".\(command.name) takes \(wanted)"
          + (command.examples.first.map { "For example: \($0.command)\n" } ?? ""),
        code: .badRequest)
    }
    try await command.run(self, words)
  }

  /// Aliases of aliases are few levels deep, or a circle.
  private static let aliasDepthMax = 8

  private func runAlias(_ text: String, _ words: DotWords) async throws(CommandFailure) {
    guard readingDepth < Self.aliasDepthMax else {
      throw CommandFailure("aliases go round in a circle", code: .badRequest)
    }
    readingDepth += 1
    defer { readingDepth -= 1 }
    let code = await run(text + (words.text.isEmpty ? "" : " " + words.text))
    guard code == .answered else { throw CommandFailure(text: "", code: code) }
  }
}
