/// Makes text from traces safe to show: it may hold anything, also what commands a terminal.
package enum PrintableText {
  /// `text` on one line, with control characters and direction overrides shown as escapes.
  package static func escaped(_ text: String) -> String {
    if !text.unicodeScalars.contains(where: isUnsafe) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where isUnsafe(scalar):
        let digits = String(scalar.value, radix: 16)
        result += "\\u{" + digits + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F: true
    // Line and paragraph separators, embedding, override and isolate marks.
    case 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
