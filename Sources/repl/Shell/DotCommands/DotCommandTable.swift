/// Every dot command there is.
enum DotCommandTable {
  static let all: [DotCommand] =
    sourceCommands + dataCommands + queryCommands + lookingCommands + outputCommands
    + sessionCommands

  static func command(_ name: String) throws(CommandFailure) -> DotCommand {
    if let command = all.first(where: { $0.name == name }) { return command }
    // A beginning that only one command has is enough.
    let begun = all.filter { $0.name.hasPrefix(name) && !name.isEmpty }
    if begun.count == 1 { return begun[0] }
    let near = NearestName.of(name, among: all.map(\.name))
    let advice =
      begun.count > 1
      ? "it could be " + begun.map { "." + $0.name }.joined(separator: ", ")
      : near.map { "did you mean '.\($0)'?" } ?? ".help lists them"
    throw CommandFailure(
      text: "no command '.\(PrintableText.escaped(name))'; \(advice)\n", code: .badRequest)
  }

  static var facts: [CommandFact] {
    all.map { CommandFact(name: "." + $0.name, summary: $0.summary, arguments: $0.arguments) }
  }
}
