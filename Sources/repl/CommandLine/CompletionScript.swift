/// Completion scripts, written from `ArgumentTable`.
package enum CompletionScript {
  package static func text(for shell: CompletionShell) -> String {
    switch shell {
    case .bash: BashCompletion.text()
    case .zsh: ZshCompletion.text()
    case .fish: FishCompletion.text()
    }
  }

  /// What a flag's value is, for a shell.
  enum ValueKind {
    case none, text, path
    case choice([String])
  }

  static func kind(of value: Flag.Value) -> ValueKind {
    switch value {
    case .none: .none
    case .text("PATH"), .text("FILE"): .path
    case .text: .text
    case .choice(_, let choices): .choice(choices)
    }
  }

  /// Commands without one above them.
  static var topCommands: [Command] { ArgumentTable.commands.filter { $0.name.parent == nil } }

  /// The last word of a command's name.
  static func word(_ name: Command.Name) -> String {
    String(name.rawValue.split(separator: " ").last ?? "")
  }

  /// All spellings of a flag.
  static func spellings(_ flag: Flag) -> [String] {
    [flag.name.spelling] + (flag.short.map { ["-\($0)"] } ?? [])
  }
}
