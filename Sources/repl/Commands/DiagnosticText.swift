import TraceQL

/// What there is to say about a query, as the terminal shows it.
enum DiagnosticText {
  /// Source line, underline and sentence for each diagnostic.
  static func render(
    _ diagnostics: [Diagnostic], source: String, style: TextStyle, dialect: Dialect
  ) -> String {
    let text = DiagnosticRenderer.render(
      diagnostics, source: source, style: style == .colour ? .colour : .plain,
      dialect: dialect)
    return text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
  }
}
