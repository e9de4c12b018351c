package import Engine
package import TraceQL

/// What completion may know of the world, as functions: of a source in the shell, of a table in
/// tests.
package struct CompletionFacts {
  package struct Found<Item: Sendable>: Sendable {
    package var items: [(item: Item, count: Int?)]
    /// More may become known: items, or counts of them.
    package var isPending: Bool
    /// All items are there.
    package var isListed: Bool

    package init(items: [(item: Item, count: Int?)], isPending: Bool, isListed: Bool = true) {
      self.items = items
      self.isPending = isPending
      self.isListed = isListed
    }
  }

  package struct Name: Hashable, Sendable {
    package var scope: String
    package var name: String

    package init(scope: String, name: String) {
      self.scope = scope
      self.name = name
    }
  }

  /// Attributes on spans that pass a filter, nil for all.
  package var names: (_ filter: String?) -> Found<Name>
  package var values: (_ field: Field, _ filter: String?) -> Found<Value>
  /// Paths that begin with a text; folders end in a slash.
  package var files: (_ start: String) -> [String]
  package var commands: [CommandFact]
  /// Words a command takes that change from session to session: open sources, parameters.
  package var words: (_ kind: CommandArgument) -> [String]

  package init(
    names: @escaping (String?) -> Found<Name>, values: @escaping (Field, String?) -> Found<Value>,
    files: @escaping (String) -> [String], commands: [CommandFact],
    words: @escaping (CommandArgument) -> [String]
  ) {
    self.names = names
    self.values = values
    self.files = files
    self.commands = commands
    self.words = words
  }
}

/// A dot command as completion sees it.
package struct CommandFact {
  /// With its dot.
  package var name: String
  package var summary: String
  package var arguments: [CommandArgument]

  package init(name: String, summary: String, arguments: [CommandArgument]) {
    self.name = name
    self.summary = summary
    self.arguments = arguments
  }
}

/// What may stand behind a dot command.
package enum CommandArgument: Sendable, Equatable {
  case query, field, file, number, time, duration, text
  /// A row of the last answer, or an ID.
  case trace, span
  case choice([String])
  case command, source, parameter
}
