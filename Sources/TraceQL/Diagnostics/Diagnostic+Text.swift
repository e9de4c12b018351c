extension Diagnostic {
  /// The whole sentence. Syntax errors start with `parse error at line L, col C: `.
  package func text(in source: String, dialect: Dialect = .extended) -> String {
    dialect == .tempo && isError ? tempoMessage(source: source) : extendedText(in: source)
  }

  private func extendedText(in source: String) -> String {
    isError && code.isSyntax ? Diagnostic.place(range, in: source) + code.message : code.message
  }

  static func place(_ range: SourceRange, in source: String) -> String {
    let location = SourcePosition(of: Int(range.lowerBound), in: source)
    return "parse error at line \(location.line), col \(location.column): "
  }
}
