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
  package var values = FlagValues()

  /// The command that is run; nil if help is asked for.
  package var command: Command.Name? { if case .run(let name) = request { name } else { nil } }

  package func isSet(_ name: Flag.Name) -> Bool { values[name] != nil }
  /// The value of a flag that may be given once.
  package func value(_ name: Flag.Name) -> String? { values[name]?.last }
}

/// The flags that were given, with their values: few, so that a dictionary would cost more to set
/// up than it saves.
package struct FlagValues: Sendable {
  private var entries: [(name: Flag.Name, values: [String])] = []

  package init() {}

  package subscript(name: Flag.Name) -> [String]? {
    get { entries.first { $0.name == name }?.values }
    set {
      entries.removeAll { $0.name == name }
      if let newValue { entries.append((name, newValue)) }
    }
  }

  mutating func append(_ value: String, to name: Flag.Name) {
    self[name] = (self[name] ?? []) + [value]
  }
}
