/// What a piece of input is, for the eye.
package enum HighlightRole: Sendable, Equatable {
  case attribute, intrinsic, function, keyword, value, string, number, operation, bracket
  case matchedBracket, lonelyBracket, comment, command, fault

  /// The parameters of the terminal's SGR sequence; "" for plain text.
  var rendition: String {
    switch self {
    case .attribute: "36"
    case .intrinsic: "1;36"
    case .function: "1;34"
    case .keyword: "1;35"
    case .value: "33"
    case .string: "32"
    case .number: "33"
    case .operation, .bracket: ""
    case .matchedBracket: "1;4"
    case .lonelyBracket: "1;31"
    case .comment: "2"
    case .command: "1;35"
    case .fault: "31"
    }
  }
}

/// Bytes of the input and what they are.
package struct HighlightSpan: Sendable, Equatable {
  package var range: Range<Int>
  package var role: HighlightRole

  package init(_ range: Range<Int>, _ role: HighlightRole) {
    self.range = range
    self.role = role
  }
}
