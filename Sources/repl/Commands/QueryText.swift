import TraceQL

/// The query a command was given, read and checked.
struct QueryText {
  /// Longer texts are refused before they are parsed; far more than the engine takes.
  private static let bytesMax = 1 << 20

  /// As it was written.
  var text: String
  var query: Query
  private var parametersUsed: Set<String>

  /// Text that means the same and has no parameters, for those who know none.
  var plainText: String { parametersUsed.isEmpty ? text : query.description }

  /// Reads the query from the operand, `--file` or standard input, and parses it. Notes go to
  /// standard error.
  init(_ session: Session) throws(CommandFailure) {
    let text = try Self.read(session.arguments)
    try self.init(text, session)
  }

  init(_ text: String, _ session: Session) throws(CommandFailure) {
    let parsed = Query.parse(
      text, dialect: session.dialect, parameters: session.settings.parameters)
    // Who gives values need not be told that Tempo knows none.
    let worthSaying = parsed.diagnostics.filter {
      $0.isError || $0.code != .languageExtension(.parameter)
    }
    let said = DiagnosticText.render(
      worthSaying, source: text, style: session.terminal.errorStyle,
      dialect: session.dialect)
    guard parsed.isValid, let query = parsed.query else {
      let hint = parsed.diagnostics.contains { $0.isError && $0.code.isMissingValue }
      throw CommandFailure(
        text: hint ? said + "Give it one with --param NAME=VALUE.\n" : said, code: .badRequest)
    }
    if let failure = Self.unused(parsed.parametersUsed, session) { throw failure }
    StandardStream.error.write(said)
    self.text = text
    self.query = query
    parametersUsed = parsed.parametersUsed
  }

  /// A value that nobody asks for is a mistake, most likely in its name.
  private static func unused(_ used: Set<String>, _ session: Session) -> CommandFailure? {
    guard let name = session.settings.parameters.names.first(where: { !used.contains($0) })
    else { return nil }
    let near = NearestName.of(name, among: used.sorted())
    let advice = near.map { "; did you mean '\($0)'?" } ?? ""
    return CommandFailure("the query has no $\(name)\(advice)", code: .badRequest)
  }

  private static func read(_ arguments: ParsedArguments) throws(CommandFailure) -> String {
    let name = arguments.value(.file) ?? arguments.operands.first ?? "-"
    guard arguments.isSet(.file) || name == "-" else { return name }
    let bytes =
      name == "-"
      ? InputText.standardInput(upTo: bytesMax + 1)
      : try InputText.file(name, upTo: bytesMax + 1)
    guard bytes.count <= bytesMax else {
      let limit = NumberText.grouped(bytesMax)
      throw CommandFailure("the query is longer than \(limit) bytes", code: .badRequest)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.contains(where: { !$0.isWhitespace }) else {
      let place = name == "-" ? "standard input" : name
      throw CommandFailure("there is no query in \(place)", code: .badRequest)
    }
    return text
  }
}
