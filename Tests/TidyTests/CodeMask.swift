/// Blanks out comments, regular expressions and string contents, so that prose misleads no rule.
///
/// Lines stay where they are, columns too as long as the text is ASCII. Interpolated code is blanked
/// with its string.
struct CodeMask {
  private let text: [UInt8]
  private var at = 0
  private var output: [UInt8] = []

  static func masked(_ text: String) -> [String] {
    var mask = CodeMask(text: Array(text.utf8))
    mask.run()
    return String(decoding: mask.output, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private init(text: [UInt8]) {
    self.text = text
    output.reserveCapacity(text.count)
  }

  private mutating func run() {
    while at < text.count {
      // Most bytes begin nothing: they are copied in one go.
      let plain = text[at...].prefix { $0 != 0x2F && $0 != 0x22 && $0 != 0x23 }.count
      keep(plain)
      if at == text.count { return }
      if sees("//") {
        blank(text[at...].prefix { $0 != 0x0A }.count)
      } else if sees("/*") {
        blockComment()
      } else if let delimiter = stringDelimiter() {
        string(delimiter)
      } else if beginsRegex() {
        regex()
      } else {
        keep()
      }
    }
  }

  /// `#"`, `"""`, `"` and the like; nil where no string begins.
  private func stringDelimiter() -> (hashes: String, quotes: String)? {
    guard sees("\"") || sees("#") else { return nil }
    let hashCount = text[at...].prefix { $0 == UInt8(ascii: "#") }.count
    let hashes = String(repeating: "#", count: hashCount)
    if sees(hashes + "\"\"\"") { return (hashes, "\"\"\"") }
    return sees(hashes + "\"") ? (hashes, "\"") : nil
  }

  private mutating func string(_ delimiter: (hashes: String, quotes: String)) {
    let escape = "\\" + delimiter.hashes
    let close = delimiter.quotes + delimiter.hashes
    keep(close.utf8.count)
    var depth = 0  // parentheses of an interpolation
    while at < text.count {
      if depth == 0, sees(close) {
        keep(close.utf8.count)
        return
      }
      if depth == 0, sees(escape + "(") {
        depth = 1
        blank(escape.utf8.count + 1)
      } else if depth == 0, sees(escape) {
        blank(escape.utf8.count + 1)
      } else {
        if depth > 0, sees("(") { depth += 1 }
        if depth > 0, sees(")") { depth -= 1 }
        blank()
      }
    }
  }

  /// A slash where an operand is due, with something right behind it.
  private func beginsRegex() -> Bool {
    guard sees("/"), at + 1 < text.count, ![0x20, 0x0A].contains(text[at + 1]) else {
      return false
    }
    let before = output.last { $0 != 0x20 && $0 != 0x0A }
    return before.map { "(,:=[#".utf8.contains($0) } ?? true
  }

  private mutating func regex() {
    blank()
    while at < text.count, !sees("/"), !sees("\n") { blank(sees("\\") ? 2 : 1) }
    blank()
  }

  private mutating func blockComment() {
    var depth = 0
    repeat {
      if sees("/*") {
        depth += 1
        blank(2)
      } else if sees("*/") {
        depth -= 1
        blank(2)
      } else {
        blank()
      }
    } while depth > 0 && at < text.count
  }

  private func sees(_ word: String) -> Bool {
    let word = word.utf8
    guard at < text.count, text[at] == word.first else { return false }
    return text[at...].starts(with: word)
  }

  private mutating func keep(_ count: Int = 1) {
    output.append(contentsOf: text[at..<min(at + count, text.count)])
    at = min(at + count, text.count)
  }

  private mutating func blank(_ count: Int = 1) {
    for byte in text[at..<min(at + count, text.count)] {
      output.append(byte == 0x0A ? byte : 0x20)
    }
    at = min(at + count, text.count)
  }
}
