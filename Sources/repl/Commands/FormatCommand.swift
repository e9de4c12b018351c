import TraceQL

/// `traceql fmt`: queries laid out the canonical way.
enum FormatCommand {
  static func run(_ session: Session) -> ExitCode {
    let isPerLine = session.arguments.isSet(.lines)
    var code = ExitCode.answered
    let couldReadAll = QueryFiles.forEach(session) { name, text in
      guard let result = formatted(text, name, isPerLine, session) else {
        code = .badRequest
        return
      }
      if session.arguments.isSet(.check) {
        guard result != text else { return }
        StandardStream.output.write(name + "\n")
        if code == .answered { code = .findings }
      } else if session.arguments.isSet(.write), name != QueryFiles.standardInputName {
        guard result != text else { return }
        do throws(CommandFailure) {
          let file = try WholeFile(name)
          try file.write(Array(result.utf8))
          try file.commit()
        } catch {
          session.complain(error.sentence)
          code = error.code
        }
      } else {
        StandardStream.output.write(result)
      }
    }
    return couldReadAll ? code : .badRequest
  }

  /// The whole file formatted; nil, after saying why, if a query in it is broken.
  private static func formatted(
    _ text: String, _ name: String, _ isPerLine: Bool, _ session: Session
  ) -> String? {
    var parts: [String] = []
    var isBroken = false
    for piece in QueryFile(text, queryPerLine: isPerLine).pieces {
      guard piece.hasQuery else {
        parts.append(isPerLine ? piece.text + "\n" : trimmed(piece.text))
        continue
      }
      let width = isPerLine ? Int.max / 2 : QueryFormatter.widthDefault
      guard let part = QueryFormatter.format(piece.text, width: width) else {
        let errors = Query.parse(piece.text).diagnostics.filter { $0.severity == .error }
        let style = session.terminal.errorStyle
        StandardStream.error.write(
          DiagnosticText.render(errors, file: name, piece: piece, style: style))
        isBroken = true
        continue
      }
      parts.append(part)
    }
    if isBroken { return nil }
    return parts.joined(separator: isPerLine ? "" : QueryFile.separator + "\n")
  }

  /// A piece of comments alone, with one line break at its end.
  private static func trimmed(_ text: String) -> String {
    var text = text
    while text.last?.isWhitespace == true { text.removeLast() }
    return text.isEmpty ? "" : text + "\n"
  }
}
