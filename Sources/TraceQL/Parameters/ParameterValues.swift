/// Values for the parameters of a query, `$name` in its text.
///
/// A value is one literal, read on its own: whatever it holds, it cannot become another part of the
/// query.
package struct ParameterValues: Sendable, Equatable {
  private var values: [String: Literal] = [:]

  package init() {}

  package var isEmpty: Bool { values.isEmpty }

  /// In the order of the alphabet.
  package var names: [String] { values.keys.sorted() }

  package subscript(name: String) -> Literal? { values[name] }

  /// Gives a parameter its value, once.
  package mutating func set(_ name: String, to value: Literal) throws(ParameterError) {
    guard values[name] == nil else { throw .givenTwice(name) }
    values[name] = value
  }

  /// Gives a parameter its value, whether it had one or not.
  package mutating func replace(_ name: String, with value: Literal) { values[name] = value }

  /// Forgets a value; false if there is none.
  package mutating func remove(_ name: String) -> Bool {
    values.removeValue(forKey: name) != nil
  }

  /// Reads `name=value` and keeps it.
  package mutating func add(assignment text: String) throws(ParameterError) {
    guard let equals = text.firstIndex(of: "=") else { throw .noValue(text) }
    let name = String(text[..<equals])
    guard Self.isName(name) else { throw .badName(name) }
    let value = String(text[text.index(after: equals)...])
    try set(name, to: try Literal.parse(parameter: name, text: value))
  }

  /// The same values with those of `others` in place of ones of the same name.
  package func overridden(by others: ParameterValues) -> ParameterValues {
    var result = self
    result.values.merge(others.values) { $1 }
    return result
  }

  /// Whether `$text` is how a query may write a parameter.
  package static func isName(_ text: String) -> Bool {
    let source = Array(("$" + text).utf8)
    let (tokens, _) = Lexer.tokenize(source)
    return tokens.count == 2 && tokens[0].kind == .parameter
      && tokens[0].range.range == 0..<source.count
  }
}
