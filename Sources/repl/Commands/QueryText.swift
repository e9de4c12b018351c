import TraceQL

/// The query a command was given, read and checked.
struct QueryText {
  /// Longer texts are refused before they are parsed; far more than the engine takes.
  private static let bytesMax = 1 << 20

  var text: String
  var query: Query

  /// Reads the query from the operand, `--file` or standard input, and parses it. Notes go to
  /// standard error.
  init(_ session: Session) throws(CommandFailure) {
    let text = try Self.read(session.arguments)
    try self.init(text, session)
  }

  init(_ text: String, _ session: Session) throws(CommandFailure) {
    let parsed = Query.parse(text, dialect: session.dialect)
    let said = DiagnosticText.render(
      parsed.diagnostics, source: text, style: session.terminal.errorStyle,
      dialect: session.dialect)
    guard parsed.isValid, let query = parsed.query else {
      throw CommandFailure(text: said, code: .badRequest)
    }
    StandardStream.error.write(said)
    self.text = text
    self.query = query
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
