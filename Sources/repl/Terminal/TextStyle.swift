/// Emphasis on a terminal, or none.
package enum TextStyle: Sendable {
  case plain, colour

  package enum Emphasis: String, Sendable, CaseIterable {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case magenta = "35"
    case cyan = "36"
  }

  package func apply(_ emphasis: Emphasis, to text: String) -> String {
    switch self {
    case .plain: text
    case .colour: text.isEmpty ? text : "\u{1B}[\(emphasis.rawValue)m\(text)\u{1B}[0m"
    }
  }
}
