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

  /// What there is to say about one query of a file.
  static func render(
    _ diagnostics: [Diagnostic], file: String, piece: QueryFile.Piece, style: TextStyle
  ) -> String {
    diagnostics.map { diagnostic in
      DiagnosticRenderer.render(
        diagnostic, file: file, source: piece.text, linesBefore: piece.linesBefore,
        style: style == .colour ? .colour : .plain) + "\n"
    }.joined()
  }
}
