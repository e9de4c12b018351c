import TraceQL

/// `traceql lint`: what is wrong with queries, and what is probably not meant.
enum LintCommand {
  static func run(_ session: Session) -> ExitCode {
    var report = LintReport()
    let format = session.arguments.value(.output).flatMap(LintFormat.init) ?? .text
    let couldReadAll = QueryFiles.forEach(session) { name, text in
      let file = QueryFile(text, queryPerLine: session.arguments.isSet(.lines))
      if !file.pieces.contains(where: \.hasQuery) {
        session.complain("there is no query in \(name)")
        report.emptyFileCount += 1
      }
      for piece in file.pieces where piece.hasQuery {
        let found = lint(piece.text, session.dialect)
        report.add(found, file: name, piece: piece)
        guard format == .text else { continue }
        let style = session.terminal.outputStyle
        StandardStream.output.write(
          DiagnosticText.render(found, file: name, piece: piece, style: style))
      }
    }
    switch format {
    case .text:
      let style = session.terminal.outputStyle
      StandardStream.output.write(style.apply(.dim, to: report.summary) + "\n")
    case .json: StandardStream.output.write(report.json())
    case .sarif: StandardStream.output.write(report.sarif())
    }
    if !couldReadAll || report.emptyFileCount > 0 || report.errorCount > 0 { return .badRequest }
    return report.warningCount > 0 ? .findings : .answered
  }

  /// Errors and notes of the parser, then what else is odd, in the order of the text.
  static func lint(_ text: String, _ dialect: Dialect) -> [Diagnostic] {
    let parsed = Query.parse(text, dialect: dialect)
    guard parsed.isValid, let query = parsed.query else {
      // Parameters get their values when the query is run.
      return parsed.diagnostics.filter { !$0.code.isMissingValue }
    }
    let found =
      parsed.diagnostics + QueryLint.warnings(about: query, source: text, dialect: dialect)
    return found.enumerated().sorted { a, b in
      let (x, y) = (a.element.range.lowerBound, b.element.range.lowerBound)
      return x == y ? a.offset < b.offset : x < y
    }.map(\.element)
  }
}
