/// Takes a command line apart by `ArgumentTable`.
///
/// Flags may stand before and after the operands, as `--name value`, `--name=value` or `-n value`;
/// `--` ends them. A value may begin with one dash (`--start -1h`), not with two.
package struct ArgumentParser {
  private var rest: ArraySlice<String>
  private var result = ParsedArguments(request: .help(nil))
  private var command: Command?
  private var flagsEnded = false

  /// Whether a word that is no command names something to open.
  private let isSource: (String) -> Bool

  /// Parses the arguments after the program's name. Words that `isSource` knows open the shell.
  package static func parse(
    _ arguments: [String], isSource: @escaping (String) -> Bool = { _ in false }
  ) throws(UsageError) -> ParsedArguments {
    var parser = ArgumentParser(rest: arguments[...], isSource: isSource)
    try parser.run()
    return parser.result
  }

  private init(rest: ArraySlice<String>, isSource: @escaping (String) -> Bool) {
    self.rest = rest
    self.isSource = isSource
  }

  private mutating func run() throws(UsageError) {
    var wantsHelp = rest.first == "help"
    if wantsHelp { rest.removeFirst() }
    while let argument = rest.popFirst() {
      if flagsEnded || argument == "-" || !argument.hasPrefix("-") {
        try takeWord(argument)
      } else if argument == "--" {
        flagsEnded = true
      } else {
        try takeFlag(argument)
      }
    }
    if result.isSet(.version) {
      result.request = .version
      return
    }
    wantsHelp = wantsHelp || result.isSet(.help)
    guard !wantsHelp else {
      result.request = .help(command?.name)
      return
    }
    let command = command ?? ArgumentTable.command(.shell)
    self.command = command
    result.request = .run(command.name)
    try checkFlagsBelong(to: command)
    try checkOperands(of: command)
  }

  private static var commandList: String {
    "Commands are " + topNames.joined(separator: ", ") + "."
  }

  private static var topNames: [String] {
    Command.Name.allCases.filter { $0.parent == nil }.map(\.rawValue)
  }

  // MARK: Words

  private mutating func takeWord(_ word: String) throws(UsageError) {
    if let above = command {
      let below = Command.Name.spelled(above.name.rawValue + " " + word)
      if let below, result.operands.isEmpty, !flagsEnded {
        command = ArgumentTable.command(below)
      } else {
        result.operands.append(word)
      }
      return
    }
    if let name = Command.Name.spelled(word) {
      command = ArgumentTable.command(name)
    } else if isSource(word) {
      command = ArgumentTable.command(.shell)
      result.operands.append(word)
    } else {
      throw unknownCommand(word)
    }
  }

  private func unknownCommand(_ word: String) -> UsageError {
    if word.contains("{") {
      let query = ShellQuoting.quoted(word)
      return UsageError("no command given", hint: "To run a query: traceql query \(query)")
    }
    if word.hasPrefix("/api/") {
      return UsageError(
        "no command given", hint: "To answer a request: traceql api \(ShellQuoting.quoted(word))")
    }
    // Nobody writes a command with a slash in it.
    if word.contains("/") || word.hasPrefix(".") || word.hasPrefix("~") {
      return UsageError(
        "there is no file or folder '\(PrintableText.escaped(word))'",
        hint: "traceql PATH opens blocks in the shell, traceql URL a server.")
    }
    let near = NearestName.of(word, among: Self.topNames)
    return UsageError(
      "unknown command '\(PrintableText.escaped(word))'"
        + (near.map { "; did you mean '\($0)'?" } ?? ""),
      hint: near == nil ? Self.commandList : nil)
  }

  private func checkOperands(of command: Command) throws(UsageError) {
    let count = result.operands.count
    guard count <= command.operandCount.upperBound else {
      let extra = result.operands[command.operandCount.upperBound]
      try checkSubcommand(extra, of: command)
      throw UsageError(
        "unexpected argument '\(PrintableText.escaped(extra))'", hint: quotingHint(command),
        command: command.name)
    }
    if command.name == .query || command.name == .explain {
      if result.isSet(.file), count > 0 {
        throw UsageError(
          "a query and --file are both given; one is enough", command: command.name)
      }
      if !result.isSet(.file), count == 0 {
        throw UsageError("no query given", hint: Self.example(command), command: command.name)
      }
    }
    guard count >= command.operandCount.lowerBound else {
      throw UsageError(
        "\(command.operands) is missing", hint: Self.example(command), command: command.name)
    }
  }

  /// A word behind a command that has commands below it was meant to be one of them.
  private func checkSubcommand(_ word: String, of command: Command) throws(UsageError) {
    let prefix = command.name.rawValue + " "
    let known = command.name.children.map { String($0.rawValue.dropFirst(prefix.count)) }
    guard !known.isEmpty else { return }
    let near = NearestName.of(word, among: known)
    throw UsageError(
      "unknown command '\(prefix)\(PrintableText.escaped(word))'"
        + (near.map { "; did you mean '\(prefix)\($0)'?" } ?? ""),
      hint: near == nil ? "Below it are \(Self.listed(known))." : nil, command: command.name)
  }

  /// Shells split what is not quoted: `traceql query { status = error }` arrives in five pieces.
  private func quotingHint(_ command: Command) -> String? {
    guard command.name == .query || command.name == .explain else { return nil }
    let query = ShellQuoting.quoted(result.operands.joined(separator: " "))
    return "Quote the query: traceql \(command.name.rawValue) \(query)"
  }

  private static func example(_ command: Command) -> String? {
    command.examples.first.map { "For example: " + $0.command }
  }

  // MARK: Flags

  private mutating func takeFlag(_ argument: String) throws(UsageError) {
    var spelling = argument
    var attached: String?
    if argument.hasPrefix("--"), let equals = argument.firstIndex(of: "=") {
      spelling = String(argument[..<equals])
      attached = String(argument[argument.index(after: equals)...])
    } else if !argument.hasPrefix("--"), argument.count > 2 {
      spelling = String(argument.prefix(2))
      attached = String(argument.dropFirst(2))
    }
    guard let flag = Self.flag(spelled: spelling) else {
      throw unknownFlag(argument.hasPrefix("--") ? spelling : argument)
    }
    try store(flag, spelling: spelling, attached: attached)
  }

  private static func flag(spelled spelling: String) -> Flag? {
    if spelling.hasPrefix("--") {
      return ArgumentTable.flags.first { $0.name.spelling == spelling }
    }
    return ArgumentTable.flags.first { $0.short != nil && $0.short == spelling.last }
  }

  private mutating func store(
    _ flag: Flag, spelling: String, attached: String?
  ) throws(UsageError) {
    if case .none = flag.value {
      guard attached == nil else {
        throw UsageError("\(spelling) takes no value", command: command?.name)
      }
      result.values[flag.name] = [""]
      return
    }
    let placeholder = flag.value.placeholder ?? ""
    guard let value = attached ?? nextValue() else {
      throw UsageError(
        "\(spelling) needs a value: \(spelling) \(placeholder)", command: command?.name)
    }
    guard flag.repeats || !result.isSet(flag.name) else {
      throw UsageError("\(spelling) is given twice", command: command?.name)
    }
    result.values.append(value, to: flag.name)
  }

  private mutating func nextValue() -> String? {
    guard let next = rest.first, !next.hasPrefix("--") else { return nil }
    return rest.popFirst()
  }

  private func unknownFlag(_ spelling: String) -> UsageError {
    let known = (command?.flags ?? Flag.Name.allCases).map(\.spelling)
    let near = NearestName.of(spelling, among: known)
    return UsageError(
      "unknown flag '\(PrintableText.escaped(spelling))'"
        + (near.map { "; did you mean '\($0)'?" } ?? ""),
      command: command?.name)
  }

  private func checkFlagsBelong(to command: Command) throws(UsageError) {
    for flag in ArgumentTable.flags where result.isSet(flag.name) {
      guard !command.flags.contains(flag.name) else {
        try checkChoice(of: flag, command)
        continue
      }
      let owners = ArgumentTable.commands.filter { $0.flags.contains(flag.name) }
      throw UsageError(
        "'traceql \(command.name.rawValue)' has no \(flag.name.spelling)",
        hint: owners.isEmpty ? nil : "It belongs to \(Self.listed(owners.map(\.name.rawValue))).",
        command: command.name)
    }
  }

  private func checkChoice(of flag: Flag, _ command: Command) throws(UsageError) {
    guard case .choice(_, let choices) = command.value(of: flag) else { return }
    for value in result.values[flag.name] ?? [] where !choices.contains(value) {
      let near = NearestName.of(value, among: choices)
      throw UsageError(
        "\(flag.name.spelling) cannot be '\(PrintableText.escaped(value))'"
          + (near.map { "; did you mean '\($0)'?" } ?? ""),
        hint: "It can be \(Self.listed(choices)).", command: command.name)
    }
  }

  /// "a, b or c"
  private static func listed(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }
}
