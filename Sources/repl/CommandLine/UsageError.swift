/// A command line that cannot be understood, and what to do about it. Ends the process with code 2.
package struct UsageError: Error, Sendable, Equatable {
  /// What is wrong: lower case, no full stop.
  package var message: String
  /// What may have been meant, as a sentence of its own; nil if there is nothing to say.
  package var hint: String?
  /// The command whose help tells more; nil for the program's.
  package var command: Command.Name?

  package init(_ message: String, hint: String? = nil, command: Command.Name? = nil) {
    self.message = message
    self.hint = hint
    self.command = command
  }

  /// The lines for standard error.
  package var text: String {
    var lines = ["traceql: " + message]
    if let hint { lines.append(hint) }
    lines.append("See 'traceql \(command.map { $0.rawValue + " " } ?? "")--help'.")
    return lines.joined(separator: "\n") + "\n"
  }
}
