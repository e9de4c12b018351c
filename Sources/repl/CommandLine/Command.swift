/// A command of the command line: what it takes, what it does, how it is used.
package struct Command: Sendable {
  /// Raw values are the spelling; a command below another one is two words.
  package enum Name: String, Sendable, CaseIterable {
    case shell
    case query, trace, tags, values
    case blocks
    case blocksShow = "blocks show"
    case blocksVerify = "blocks verify"
    case blocksCompact = "blocks compact"
    case blocksConvert = "blocks convert"
    case blocksRewrite = "blocks rewrite"
    case blocksRepair = "blocks repair"
    case blocksRedact = "blocks redact"
    case blocksExpire = "blocks expire"
    case explain, check, api, serve
    case ingest
    case lint
    case format = "fmt"
    case completions
    case manual = "man"

    /// The command spelled like that. `init(rawValue:)` makes a table of all names first, which
    /// pays for who asks more than once.
    static func spelled(_ text: String) -> Name? { allCases.first { $0.rawValue == text } }

    /// The command this one stands below; nil at the top.
    package var parent: Name? {
      rawValue.firstIndex(of: " ").flatMap { Name.spelled(String(rawValue[..<$0])) }
    }

    /// The commands below this one.
    package var children: [Name] { Name.allCases.filter { $0.parent == self } }
  }

  /// What the operands are, for completion.
  package enum OperandKind: Sendable, Equatable {
    case text, files
    case choice([String])
  }

  package struct Example: Sendable {
    package var command: String
    package var purpose: String
  }

  package var name: Name
  /// One line, starting with a verb.
  package var summary: String
  /// What follows the flags, as the usage line shows it; "" if nothing does.
  package var operands: String
  /// How many operands there may be. Commands that read a file instead of an operand allow 0.
  package var operandCount: ClosedRange<Int>
  package var operandKind = OperandKind.text
  package var flags: [Flag.Name]
  /// Values of a flag where this command knows others than the flag's own line says.
  package var choices: [Flag.Name: [String]] = [:]
  /// Paragraphs below the usage.
  package var details: [String]
  package var examples: [Example]

  /// The value of a flag as this command takes it.
  package func value(of flag: Flag) -> Flag.Value {
    guard case .choice(let placeholder, _) = flag.value else { return flag.value }
    if let own = choices[flag.name] { return .choice(placeholder: placeholder, of: own) }
    guard flag.name == .output else { return flag.value }
    return .choice(placeholder: placeholder, of: OutputFormat.formats(of: name).map(\.rawValue))
  }
}
