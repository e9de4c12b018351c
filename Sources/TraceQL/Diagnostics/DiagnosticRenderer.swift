/// Diagnostics for people: sentence, source line, underline.
package enum DiagnosticRenderer {
  package enum Style: Sendable { case plain, colour }

  /// One block of lines for each diagnostic, in their order.
  package static func render(
    _ diagnostics: [Diagnostic], source: String, style: Style = .plain,
    dialect: Dialect = .extended
  ) -> String {
    diagnostics.map { render($0, source: source, style: style, dialect: dialect) }
      .joined(separator: "\n")
  }

  private static func render(
    _ diagnostic: Diagnostic, source: String, style: Style, dialect: Dialect
  ) -> String {
    render(
      diagnostic.severity, diagnostic.text(in: source, dialect: dialect), at: diagnostic.range,
      source: source, style: style)
  }

  /// A sentence of somebody else's about a place of the source.
  package static func render(
    _ severity: Diagnostic.Severity, _ text: String, at range: SourceRange, source: String,
    style: Style = .plain
  ) -> String {
    let label = paint(severity.word + ":", severity.colour, style)
    return "\(label) \(printable(text))\n"
      + picture(severity, range, source, linesBefore: 0, style)
  }

  /// The same for a query in a file, as compilers write it: `file:line:column: warning: … [name]`.
  /// `linesBefore` is how many lines of the file stand before `source`.
  package static func render(
    _ diagnostic: Diagnostic, file: String, source: String, linesBefore: Int, style: Style
  ) -> String {
    let severity = diagnostic.severity
    let place = SourcePosition(of: Int(diagnostic.range.lowerBound), in: source)
    let label = paint(severity.word + ":", severity.colour, style)
    let position = "\(file):\(place.line + linesBefore):\(place.column):"
    let text = printable(diagnostic.code.message)
    return "\(position) \(label) \(text) [\(diagnostic.code.stableName)]\n"
      + picture(severity, diagnostic.range, source, linesBefore: linesBefore, style)
  }

  /// The source line and the underline.
  private static func picture(
    _ severity: Diagnostic.Severity, _ range: SourceRange, _ source: String, linesBefore: Int,
    _ style: Style
  ) -> String {
    let (number, line, before, length) = excerpt(range, source)
    let gutter = "\(number + linesBefore) | "
    let indent = String(repeating: " ", count: gutter.count) + before
    let mark = paint("^" + String(repeating: "~", count: length - 1), severity.colour, style)
    return "\(gutter)\(line)\n\(indent)\(mark)"
  }

  /// The line where a range starts: its number, its text, what to print before the underline,
  /// and the length of the underline in characters.
  private static func excerpt(
    _ range: SourceRange, _ source: String
  ) -> (number: Int, line: String, before: String, length: Int) {
    let bytes = Array(source.utf8)
    let start = min(Int(range.lowerBound), bytes.count)
    let lineStart = bytes[..<start].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let lineEnd = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
    let end = min(max(Int(range.upperBound), start), lineEnd)
    func text(_ range: Range<Int>) -> String {
      printable(String(decoding: bytes[range].filter { $0 != 0x0D }, as: UTF8.self))
    }
    let before = text(lineStart..<start).map { $0 == "\t" ? Character("\t") : Character(" ") }
    let number = bytes[..<lineStart].count { $0 == 0x0A } + 1
    let line = text(lineStart..<lineEnd)
    let length = max(1, text(start..<end).count)
    guard line.count > excerptColumnsMax else { return (number, line, String(before), length) }
    // Of a line that programs wrote, the part that matters.
    let cut = max(0, before.count - excerptColumnsMax / 4)
    let mark = cut > 0 ? "…" : ""
    let tail = line.count - cut > excerptColumnsMax ? "…" : ""
    let shown = line.dropFirst(cut).prefix(excerptColumnsMax)
    let indent = String(repeating: " ", count: mark.count) + before.dropFirst(cut)
    let rest = excerptColumnsMax - before.count + cut
    return (number, mark + shown + tail, indent, min(length, max(1, rest)))
  }

  /// Longer lines are shown in part.
  private static let excerptColumnsMax = 160

  /// Whatever a query holds, it cannot command the terminal.
  private static func printable(_ text: String) -> String {
    String(text.map { $0.isControl ? "\u{FFFD}" : $0 })
  }

  private static func paint(_ text: String, _ colour: Int, _ style: Style) -> String {
    style == .plain ? text : "\u{1B}[1;\(colour)m\(text)\u{1B}[0m"
  }
}

extension Character {
  fileprivate var isControl: Bool {
    self != "\t" && self != "\n"
      && unicodeScalars.contains { $0.properties.generalCategory == .control }
  }
}

extension Diagnostic.Severity {
  /// As people read it, and programs.
  package var word: String {
    switch self {
    case .error: "error"
    case .warning: "warning"
    case .note: "note"
    }
  }

  /// ANSI colour number.
  fileprivate var colour: Int {
    switch self {
    case .error: 31
    case .warning: 33
    case .note: 36
    }
  }
}
