import Testing

/// The documents name what is there, and nothing that is not.
@Suite struct DocumentTests {
  @Test func architectureNamesEveryFolder() throws {
    let text = try #require(SourceTree.file("ARCHITECTURE.md")).lines.joined(separator: "\n")
    let folders = SourceTree.sourceFolders.filter { !$0.hasPrefix("CLibraries/") }
    let unnamed = folders.filter { folder in
      !text.contains("`\(folder)`") && !text.contains("`Sources/\(folder)`")
    }
    #expect(unnamed.sorted() == [])
  }

  @Test(arguments: ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"])
  func everyPathNamedExists(_ document: String) throws {
    let file = try #require(SourceTree.file(document))
    #expect(Self.missingPaths(of: file) { SourceTree.exists($0) } == [])
  }

  /// Paths in backticks that lead nowhere. A path is relative to the top or to `Sources`.
  static func missingPaths(of file: SourceFile, exists: (String) -> Bool) -> [Finding] {
    file.lines.enumerated().flatMap { line, text in
      text.matches(of: /`([\w.+\-]+\/[\w.+\-\/]*)`/).compactMap { found -> Finding? in
        let path = String(found.1)
        if path.hasPrefix(".build/") || path.hasPrefix(".venv/") { return nil }
        return exists(path) || exists("Sources/" + path)
          ? nil : file.finding(line, "\(path) does not exist")
      }
    }
  }
}
