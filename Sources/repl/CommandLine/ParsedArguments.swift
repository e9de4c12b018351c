/// A command line taken apart, not yet interpreted.
package struct ParsedArguments: Sendable {
  package enum Request: Sendable, Equatable {
    case run(Command.Name)
    /// Help on a command, or on the program.
    case help(Command.Name?)
    case version
  }

  package var request: Request
  package var operands: [String] = []
  package var values: [Flag.Name: [String]] = [:]

  /// The command that is run; nil if help is asked for.
  package var command: Command.Name? { if case .run(let name) = request { name } else { nil } }

  package func isSet(_ name: Flag.Name) -> Bool { values[name] != nil }
  /// The value of a flag that may be given once.
  package func value(_ name: Flag.Name) -> String? { values[name]?.last }
}
