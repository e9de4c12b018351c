import Engine
import Storage
import TraceQL

/// Why a command ends without its answer: the text for standard error, and the exit code.
struct CommandFailure: Error {
  /// Whole lines, each ending in a line break; empty if everything has been said.
  var text: String
  var code: ExitCode

  init(text: String, code: ExitCode) {
    self.text = text
    self.code = code
  }

  /// A sentence of ours, with the program's name before it.
  init(_ sentence: String, code: ExitCode) {
    self.init(text: "traceql: \(sentence)\n", code: code)
  }

  /// A query was interrupted while there was nothing to show.
  static let beforeAnAnswer = CommandFailure(
    "interrupted, before there was an answer", code: .interrupted)

  /// The text without the program's name and the line break.
  var sentence: String {
    let line = text.split(separator: "\n").first.map(String.init) ?? text
    return line.hasPrefix("traceql: ") ? String(line.dropFirst(9)) : line
  }

  init(_ error: UsageError) {
    self.init(text: error.text, code: .badRequest)
  }

  init(_ error: StorageError) {
    self.init("\(error)", code: .unreadable)
  }

  /// A query that failed while it ran; `source` is its text, for underlining.
  init(_ error: QueryError, source: String, _ session: Session) {
    self.init(
      error, source: source, style: session.terminal.errorStyle, dialect: session.dialect)
  }

  init(
    _ error: QueryError, source: String, style: TextStyle = Terminal().errorStyle,
    dialect: Dialect = .extended
  ) {
    switch error {
    case .invalidQuery(let diagnostics):
      let text = DiagnosticText.render(
        diagnostics, source: source, style: style, dialect: dialect)
      self.init(text: text, code: .badRequest)
    case .damagedBlock(let sentence): self.init(sentence, code: .unreadable)
    case .limitReached(_, let message): self.init(message, code: .partial)
    }
  }
}

extension QueryError {
  /// The same from where the engine's errors are spoken of.
  static let interrupted = QueryError.limitReached(name: "interrupted", message: "interrupted")
}
