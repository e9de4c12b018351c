/// Blanks out comments, regular expressions and string contents, so that prose misleads no rule.
///
/// Lines and columns stay where they are. Interpolated code is blanked with its string.
struct CodeMask {
  private var rest: Substring
  private var output = ""

  static func masked(_ text: String) -> [String] {
    var mask = CodeMask(rest: text[...])
    mask.run()
    return mask.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private init(rest: Substring) { self.rest = rest }

  private mutating func run() {
    while let next = rest.first {
      if rest.hasPrefix("//") {
        blank(until: { $0.first == "\n" })
      } else if rest.hasPrefix("/*") {
        blockComment()
      } else if let delimiter = stringDelimiter() {
        string(delimiter)
      } else if beginsRegex() {
        regex()
      } else {
        output.append(next)
        rest.removeFirst()
      }
    }
  }

  /// `#"`, `"""`, `"` and the like; nil where no string begins.
  private func stringDelimiter() -> (open: String, hashes: String)? {
    let hashes = String(rest.prefix { $0 == "#" })
    let afterHashes = rest.dropFirst(hashes.count)
    guard afterHashes.first == "\"" else { return nil }
    return (afterHashes.hasPrefix("\"\"\"") ? "\"\"\"" : "\"", hashes)
  }

  private mutating func string(_ delimiter: (open: String, hashes: String)) {
    let escape = "\\" + delimiter.hashes
    let close = delimiter.open + delimiter.hashes
    output += delimiter.hashes + delimiter.open
    rest.removeFirst(delimiter.hashes.count + delimiter.open.count)
    var depth = 0  // parentheses of an interpolation
    while let next = rest.first {
      if depth == 0, rest.hasPrefix(close) {
        output += close
        rest.removeFirst(close.count)
        return
      }
      if depth == 0, rest.hasPrefix(escape + "(") {
        depth = 1
        blank(count: escape.count + 1)
      } else if depth == 0, rest.hasPrefix(escape) {
        blank(count: escape.count + 1)
      } else {
        if depth > 0, next == "(" { depth += 1 }
        if depth > 0, next == ")" { depth -= 1 }
        blank(count: 1)
      }
    }
  }

  /// A slash where an operand is due, with something right behind it.
  private func beginsRegex() -> Bool {
    guard rest.first == "/", let next = rest.dropFirst().first, !next.isWhitespace else {
      return false
    }
    let before = output.last { !$0.isWhitespace }
    return before.map { "(,:=[#".contains($0) } ?? true
  }

  private mutating func regex() {
    blank(count: 1)
    while let next = rest.first, next != "/", next != "\n" { blank(count: next == "\\" ? 2 : 1) }
    blank(count: 1)
  }

  private mutating func blockComment() {
    var depth = 0
    repeat {
      if rest.hasPrefix("/*") {
        depth += 1
        blank(count: 2)
      } else if rest.hasPrefix("*/") {
        depth -= 1
        blank(count: 2)
      } else {
        blank(count: 1)
      }
    } while depth > 0 && !rest.isEmpty
  }

  private mutating func blank(until isEnd: (Substring) -> Bool) {
    while !rest.isEmpty, !isEnd(rest) { blank(count: 1) }
  }

  private mutating func blank(count: Int) {
    for _ in 0..<count {
      guard let next = rest.popFirst() else { return }
      output.append(next == "\n" ? "\n" : " ")
    }
  }
}
