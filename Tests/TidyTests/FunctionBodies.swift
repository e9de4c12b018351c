/// Finds functions and their extent by counting braces in masked code.
struct FunctionBodies {
  struct Body: Equatable {
    /// Line of the declaration's keyword and of its closing brace, counted from 0.
    var start: Int
    var end: Int
    var isTest: Bool

    var lineCount: Int { end - start + 1 }
  }

  private let code: [String]
  // Made once a file: making a regular expression costs more than matching a line.
  private let attributes = /^\s*(?:@\w+(?:\([^)]*\))?\s+)*/
  private let declaration = /^(?:[a-z()]+\s+)*(?:func\s|init[?(<]|deinit\b|subscript\b|var\s)/
  private let attributeGoesOn = /^\s*[\])\w"@.][^{}]*$/
  private let goesOnHere = /^\s*(?:where\b|->|throws\b|async\b|\{)/
  private let goesOnBelow = /(?:->|=|,|\bwhere)\s*$/

  /// Functions, initialisers, subscripts and computed properties that have a body.
  static func find(in file: SourceFile) -> [Body] {
    let finder = FunctionBodies(code: file.code)
    return file.code.indices.compactMap { finder.body(at: $0) }
  }

  private init(code: [String]) { self.code = code }

  private func body(at line: Int) -> Body? {
    let rest = code[line].trimmingPrefix(attributes)
    guard rest.prefixMatch(of: declaration) != nil, let end = endOfBody(at: line) else {
      return nil
    }
    return Body(start: line, end: end, isTest: hasTestAttribute(before: line))
  }

  /// Looks upwards for `@Test` between this declaration and whatever stands before it.
  private func hasTestAttribute(before line: Int) -> Bool {
    if code[line].contains("@Test") { return true }
    for above in code[..<line].reversed() {
      if above.contains("@Test") { return !above.contains("func ") }
      if !above.contains(attributeGoesOn) { return false }
    }
    return false
  }

  /// The line of the brace that closes the body which begins at `line`; nil if there is no body.
  private func endOfBody(at line: Int) -> Int? {
    var parentheses = 0
    var braces = 0
    for current in line..<code.count {
      for byte in code[current].utf8 {
        switch Unicode.Scalar(byte) {
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
      if braces == 0, parentheses == 0, !goesOn(after: current) { return nil }
    }
    return nil
  }

  /// True if the declaration goes on in the next line.
  private func goesOn(after line: Int) -> Bool {
    guard line + 1 < code.count else { return false }
    return code[line + 1].contains(goesOnHere) || code[line].contains(goesOnBelow)
  }
}
