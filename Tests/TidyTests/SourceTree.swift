import FoundationEssentials

/// The project's files as they lie on disk, read once.
enum SourceTree {
  static let root: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return parts.joined(separator: "/")
  }()

  /// Every Swift file of Sources, Tests and Benchmarks.
  static let swiftFiles: [SourceFile] = files(
    under: ["Sources", "Tests", "Benchmarks", "examples"], where: { $0.hasSuffix(".swift") })

  static let sources = swiftFiles.filter { $0.path.hasPrefix("Sources/") }
  static let tests = swiftFiles.filter { $0.path.hasPrefix("Tests/") }

  /// What people write and read: code, scripts, documents, but no data.
  static let textFiles: [SourceFile] = {
    let endings = [
      ".swift", ".md", ".py", ".sh", ".ebnf", ".traceql", ".test", ".h", ".cpp", ".modulemap",
      "Makefile", "NOTICE", ".ci/run",
    ]
    let folders = [
      "Sources", "Tests", "Benchmarks", "examples", "grammar", ".ci", "Makefile", "NOTICE",
      "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "Package.swift",
    ]
    return files(under: folders) { path in endings.contains { path.hasSuffix($0) } }
  }()

  /// Every folder below `Sources`, as `Engine/Planner`.
  static let sourceFolders: Set<String> = {
    var found: Set<String> = []
    for path in paths(under: "Sources") {
      let folders = path.split(separator: "/").dropFirst().dropLast()
      for end in folders.indices {
        found.insert(folders[folders.startIndex...end].joined(separator: "/"))
      }
    }
    return found
  }()

  static func file(_ path: String) -> SourceFile? {
    guard let data = FileManager.default.contents(atPath: root + "/" + path) else { return nil }
    return SourceFile(path: path, text: String(decoding: data, as: UTF8.self))
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root + "/" + path)
  }

  private static func files(
    under tops: [String], where isWanted: (String) -> Bool
  ) -> [SourceFile] {
    tops.flatMap { paths(under: $0) }.filter(isWanted).sorted().compactMap(file)
  }

  /// The files at or below `top`, relative to the root.
  private static func paths(under top: String) -> [String] {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: root + "/" + top, isDirectory: &isFolder) else {
      return []
    }
    guard isFolder else { return [top] }
    // A folder that cannot be listed has no files for the rules to read.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root + "/" + top)) ?? []
    let skipped: Set<String> = ["__pycache__", "blocks", "golden", "data"]
    return names.filter { !skipped.contains($0) }.flatMap { paths(under: top + "/" + $0) }
  }
}
