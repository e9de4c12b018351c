/// Columns a text takes on a terminal, and cutting and padding by them.
package enum DisplayWidth {
  /// Columns of a whole text.
  package static func of(_ text: String) -> Int {
    // Printable ASCII, by far the most common, is one column a byte.
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text.utf8.count }
    return text.reduce(0) { $0 + of($1) }
  }

  /// Columns of what a reader sees as one character: 0, 1 or 2, rarely more.
  static func of(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if first.properties.isEmojiPresentation { return 2 }
    if scalars.count > 1, scalars.contains(where: { $0.value == 0xFE0F || $0.value == 0x200D }),
      first.properties.isEmoji
    {
      // An emoji by its variation selector, or several joined into one picture.
      return 2
    }
    return scalars.reduce(0) { $0 + of($1) }
  }

  private static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return scalar.value < 0x20 || scalar.value == 0xAD ? 0 : 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    // Vowels and finals of Korean syllables sit inside the leading consonant's two columns.
    if (0x1160...0x11FF).contains(scalar.value) { return 0 }
    return isWide(scalar.value) ? 2 : 1
  }

  /// East Asian wide and full-width ranges (Unicode Standard Annex 11), emoji aside.
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF,
    0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
    0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F265,
    0x20000...0x3FFFD,
  ]

  private static func isWide(_ value: UInt32) -> Bool {
    wideRanges.contains { $0.contains(value) }
  }

  /// `text` in at most `width` columns; what does not fit is replaced by `…`.
  package static func truncated(_ text: String, to width: Int) -> String {
    guard of(text) > width else { return text }
    guard width > 0 else { return "" }
    var kept = ""
    var used = 0
    for character in text {
      let columns = of(character)
      guard used + columns <= width - 1 else { break }
      kept.append(character)
      used += columns
    }
    return kept + "…"
  }

  /// `text` with blanks after it, up to `width` columns; longer text stays as it is.
  package static func padded(_ text: String, to width: Int) -> String {
    text + blanks(width - of(text))
  }

  /// `text` with blanks before it, up to `width` columns; longer text stays as it is.
  package static func leftPadded(_ text: String, to width: Int) -> String {
    blanks(width - of(text)) + text
  }

  package static func blanks(_ count: Int) -> String {
    String(repeating: " ", count: max(0, count))
  }

  /// Lines of at most `width` columns, broken at blanks. A longer word has a line of its own.
  package static func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, of(line) + 1 + of(String(word)) > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + (line.isEmpty && !lines.isEmpty ? [] : [line])
  }

  /// Lines of at most `width` columns, broken where a part of `a · b; c` ends if such parts fit.
  package static func wrappedParts(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    func flush() {
      lines += of(line) > width ? wrapped(line, to: width) : [line]
      line = ""
    }
    var part = ""
    for word in text.split(separator: " ") {
      part += (part.isEmpty ? "" : " ") + word
      guard word == "·" || word.hasSuffix(";") else { continue }
      if !line.isEmpty, of(line) + 1 + of(part) > width { flush() }
      line += (line.isEmpty ? "" : " ") + part
      part = ""
    }
    if !line.isEmpty, !part.isEmpty, of(line) + 1 + of(part) > width { flush() }
    line += (line.isEmpty || part.isEmpty ? "" : " ") + part
    flush()
    return lines
  }
}
