import TraceQL

/// `traceql lint`: what is wrong with queries, and what is probably not meant.
enum LintCommand {
  /// More parameters without values than that are not guessed at.
  private static let guessesMax = 32

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
        let found = lint(piece.text, session.dialect, session.settings.parameters)
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
  static func lint(
    _ text: String, _ dialect: Dialect, _ parameters: ParameterValues
  ) -> [Diagnostic] {
    var parsed = Query.parse(text, dialect: dialect, parameters: parameters)
    let guessed = parsed.parametersUsed.filter { parameters[$0] == nil }.sorted()
    if !guessed.isEmpty, guessed.count <= guessesMax {
      // Parameters get their values when the query is run; what is around them can be looked over.
      let values = ParameterGuess.values(for: guessed, of: text, dialect, parameters)
      parsed = Query.parse(text, dialect: dialect, parameters: values)
    }
    guard parsed.isValid, let query = parsed.query else {
      return parsed.diagnostics.filter { !$0.code.isMissingValue }
    }
    var warnings = QueryLint.warnings(about: query, source: text, dialect: dialect)
    if !guessed.isEmpty {
      // Nothing is said about values that are none of the query's.
      let places = Lexer.tokenize(Array(text.utf8)).tokens.filter { $0.kind == .parameter }
      warnings.removeAll { warning in
        places.contains {
          warning.range.lowerBound <= $0.range.lowerBound
            && $0.range.upperBound <= warning.range.upperBound
        }
      }
    }
    let found = parsed.diagnostics + warnings
    return found.enumerated().sorted { a, b in
      let (x, y) = (a.element.range.lowerBound, b.element.range.lowerBound)
      return x == y ? a.offset < b.offset : x < y
    }.map(\.element)
  }
}
