extension Parser {
  // ▷ parameter = PARAMETER ;
  /// The value given for `$name`; nil, with nothing consumed, when no parameter stands here.
  ///
  /// The tree holds the value itself, typed: everything behind the parser sees a literal. A
  /// parameter without a value gets a diagnostic and a number in its place, and the query none.
  mutating func parseParameterIfPresent() -> (Literal, SourceRange)? {
    guard let token = consume(.parameter) else { return nil }
    let name = String(text(token).dropFirst())
    note(.parameter, at: token.range)
    parametersUsed.append(name)
    if let value = parameters[name] { return (value, token.range) }
    let nearest = SpellingAdvice.nearest(to: name, among: parameters.names)
    reportValue(.parameterWithoutValue(name, nearest: nearest), at: token.range)
    return (.int(1), token.range)
  }
}
