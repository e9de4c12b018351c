/// A command of the command line: what it takes, what it does, how it is used.
package struct Command: Sendable {
  /// Raw values are the spelling.
  package enum Name: String, Sendable, CaseIterable {
    case query, trace, tags, values, blocks, explain, check, api
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
  package var flags: [Flag.Name]
  /// Paragraphs below the usage.
  package var details: [String]
  package var examples: [Example]
}
