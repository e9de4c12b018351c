/// Why something is no value for a parameter.
package enum ParameterError: Error, Sendable, Equatable {
  /// No `=` in the text.
  case noValue(String)
  case badName(String)
  case givenTwice(String)
  case emptyValue(String)
  /// Begins like a number, or like a string, and is none.
  case malformed(name: String, text: String)
  /// Neither a literal nor a plain word.
  case notOneLiteral(name: String, text: String)

  /// The sentence: lower case, no full stop. The caller makes the quoted text safe to show.
  package var message: String {
    switch self {
    case .noValue(let text): "parameter '\(text)' has no value: write name=value"
    case .badName(let name):
      "'\(name)' cannot name a parameter: a name has letters, digits and '_', a letter first"
    case .givenTwice(let name): "parameter '\(name)' is given twice"
    case .emptyValue(let name):
      "parameter '\(name)' has no value; an empty string is \(name)='\"\"'"
    case .malformed(let name, let text):
      switch text.utf8.first {
      case UInt8(ascii: "\""), UInt8(ascii: "`"):
        "the value of parameter '\(name)' is no string: \(text)"
      default:
        "the value of parameter '\(name)' begins like a number and is none: '\(text)'; "
          + "as a string it needs quotes: \(name)='\"\(text)\"'"
      }
    case .notOneLiteral(let name, let text):
      "the value of parameter '\(name)' is not one value: '\(text)'; "
        + "as a string it needs quotes: \(name)=\(ParameterError.quoted(text))"
    }
  }

  /// Quoted for the language and for a shell.
  private static func quoted(_ text: String) -> String {
    let isRaw = !text.utf8.contains(UInt8(ascii: "`"))
    let inner = isRaw ? "`\(text)`" : Literal.string(text).description
    let parts = inner.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + parts.joined(separator: "'\\''") + "'"
  }
}

extension DiagnosticCode {
  /// A parameter was given no value.
  package var isMissingValue: Bool {
    if case .parameterWithoutValue = self { true } else { false }
  }
}
