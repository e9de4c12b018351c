/// Finds functions and their extent by counting braces in masked code.
struct FunctionBodies {
  struct Body: Equatable {
    /// Line of the declaration's keyword and of its closing brace, counted from 0.
    var start: Int
    var end: Int
    var isTest: Bool

    var lineCount: Int { end - start + 1 }
  }

  /// Functions, initialisers, subscripts and computed properties that have a body.
  static func find(in file: SourceFile) -> [Body] {
    file.code.indices.compactMap { line in
      guard isDeclaration(file.code[line]), let end = end(ofBodyAt: line, in: file.code) else {
        return nil
      }
      return Body(start: line, end: end, isTest: hasTestAttribute(file.code, before: line))
    }
  }

  private static func isDeclaration(_ text: String) -> Bool {
    let attributes = /^\s*(?:@\w+(?:\([^)]*\))?\s+)*/
    let declaration = /^(?:[a-z()]+\s+)*(?:func\s|init[?(<]|deinit\b|subscript\b|var\s)/
    return text.trimmingPrefix(attributes).prefixMatch(of: declaration) != nil
  }

  /// Looks upwards for `@Test` between this declaration and whatever stands before it.
  private static func hasTestAttribute(_ code: [String], before line: Int) -> Bool {
    if code[line].contains("@Test") { return true }
    var above = line - 1
    while above >= 0 {  // ends at the first line of the file
      let text = code[above]
      if text.contains("@Test") { return !text.contains("func ") }
      let isAttributeContinued = text.contains(/^\s*[\])\w"@.]/) && !text.contains(/[{}]/)
      if !isAttributeContinued { return false }
      above -= 1
    }
    return false
  }

  /// The line of the brace that closes the body which begins at `line`; nil if there is no body.
  private static func end(ofBodyAt line: Int, in code: [String]) -> Int? {
    var parentheses = 0
    var braces = 0
    for current in line..<code.count {
      for character in code[current] {
        switch character {
        case "(", "[": parentheses += 1
        case ")", "]": parentheses -= 1
        case "{" where parentheses == 0 || braces > 0: braces += 1
        case "}" where braces > 0:
          braces -= 1
          if braces == 0 { return current }
        case "}" where parentheses == 0: return nil
        default: break
        }
      }
      if braces == 0, parentheses == 0, !continues(code, after: current) { return nil }
    }
    return nil
  }

  /// True if the declaration goes on in the next line.
  private static func continues(_ code: [String], after line: Int) -> Bool {
    guard line + 1 < code.count else { return false }
    return code[line + 1].contains(/^\s*(?:where\b|->|throws\b|async\b|\{)/)
      || code[line].contains(/(?:->|=|,|\bwhere)\s*$/)
  }
}
