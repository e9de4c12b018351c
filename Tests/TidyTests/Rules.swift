/// The rules every file obeys by itself. Each takes a file and says where it is broken.
enum Rules {
  static let lineCountMax = 400
  static let functionLinesMax = 70
  static let columnsMax = 100

  static func size(_ file: SourceFile) -> [Finding] {
    var findings: [Finding] = []
    let count = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
    if count > lineCountMax {
      findings.append(file.finding(0, "\(count) lines; find the second concept, give it a file"))
    }
    for (line, text) in file.lines.enumerated() where text.count > columnsMax {
      findings.append(file.finding(line, "\(text.count) columns"))
    }
    for body in FunctionBodies.find(in: file) where body.lineCount > functionLinesMax {
      findings.append(file.finding(body.start, "\(body.lineCount) lines in one function"))
    }
    return findings
  }

  /// Only what ModuleTable grants is imported, and never with `@testable`.
  static func imports(_ file: SourceFile) -> [Finding] {
    guard let module = file.module, module != "CLibraries" else { return [] }
    let granted = (ModuleTable.dependencies[module] ?? [])
      .union(ModuleTable.system[module] ?? [])
    return importedModules(file).compactMap { line, name in
      granted.contains(name) ? nil : file.finding(line, "\(module) may not import \(name)")
    }
  }

  static func importedModules(_ file: SourceFile) -> [(line: Int, name: String)] {
    let statement = /^\s*(?:[@\w]+\s+)*import\s+(?:\w+\s+)?(\w+)/
    return file.code.enumerated().compactMap { line, text in
      text.firstMatch(of: statement).map { (line, String($0.1)) }
    }
  }

  /// Notes left behind, and ways of crashing on somebody else's data.
  static func marks(_ file: SourceFile) -> [Finding] {
    var findings: [Finding] = []
    let note = #/\b(TO[D]O|FIX[M]E|HAC[K])\b/#
    let crash = /\bfatalError\(|\btry!|\bas!/
    let banned = /@testable|\bTask\.detached\b/
    let untyped = /\bthrows\b(?!\()|^\s*#if\b/
    let swallowed = /\btry\?/
    for (line, text) in file.lines.enumerated() where text.contains(note) {
      findings.append(file.finding(line, "a note left behind; write an issue or do it"))
    }
    for (line, text) in file.code.enumerated() {
      if text.contains(crash) {
        findings.append(file.finding(line, "crashes on data; throw a typed error"))
      }
      if text.contains(banned) {
        findings.append(file.finding(line, "not used here; see CONTRIBUTING.md"))
      }
      if file.module != nil, text.contains(untyped) {
        findings.append(file.finding(line, "errors are typed, and there is one platform"))
      }
      if file.module != nil, text.contains(swallowed), !hasComment(file, at: line) {
        findings.append(file.finding(line, "try? needs a comment that says why"))
      }
    }
    return findings
  }

  /// True if the line itself or the one before carries a comment.
  private static func hasComment(_ file: SourceFile, at line: Int) -> Bool {
    (max(0, line - 1)...line).contains { file.lines[$0].contains("//") }
  }

  /// Drawer names: for a file, a folder, or a type.
  static func names(_ file: SourceFile) -> [Finding] {
    var findings: [Finding] = []
    for folder in file.folders where folder == "Shared" || isDrawer(folder) {
      findings.append(file.finding(0, "folder \(folder): what do the files have in common?"))
    }
    if isDrawer(file.stem) {
      findings.append(file.finding(0, "file \(file.stem): name what it holds"))
    }
    let declared = /\b(?:struct|class|enum|actor|protocol|typealias)\s+([A-Z]\w*)/
    for (line, text) in file.code.enumerated() {
      for found in text.matches(of: declared) where isDrawer(String(found.1)) {
        findings.append(file.finding(line, "type \(found.1): name what it is"))
      }
    }
    return findings
  }

  /// `QueryManager` and `BaseReader`, but not `ServiceStatistics`.
  static func isDrawer(_ name: String) -> Bool {
    let words = name.matches(of: /[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])/).map { String($0.0) }
    let last: Set<String> = [
      "Util", "Utils", "Utilities", "Helper", "Helpers", "Common", "Manager", "Processor",
      "Handler", "Service", "Impl", "Base", "Misc",
    ]
    let first: Set<String> = ["Util", "Utils", "Helper", "Common", "Base", "Misc"]
    return last.contains(words.last ?? "") || first.contains(words.first ?? "")
  }

  static func isUnsafe(_ file: SourceFile) -> Bool {
    let mark = /[uU]nsafe|@unchecked/
    return file.code.contains { $0.contains(mark) }
  }

  /// Names of one machine: a path or a tool that the next clone does not have.
  static func machine(_ file: SourceFile) -> [Finding] {
    let forbidden = ["/wo" + "rk/", "/tm" + "p/", "../sha" + "red", "/far" + "m/", "far" + "m-"]
    return file.lines.enumerated().flatMap { line, text in
      forbidden.filter { text.contains($0) }.map {
        file.finding(line, "\($0) is a name of one machine")
      }
    }
  }

  /// A test without an expectation cannot fail.
  static func expectations(_ file: SourceFile) -> [Finding] {
    let expectation = /#expect|#require|\bcheck\w*\(|Issue\.record/
    return FunctionBodies.find(in: file).compactMap { body in
      guard body.isTest else { return nil }
      let text = file.code[body.start...body.end].joined(separator: "\n")
      return text.contains(expectation)
        ? nil : file.finding(body.start, "this test expects nothing")
    }
  }
}
