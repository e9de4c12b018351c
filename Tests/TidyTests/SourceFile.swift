import Testing

/// One text file of the project, with what the rules look at.
struct SourceFile: Sendable, CustomTestStringConvertible {
  /// Relative to the top folder, with forward slashes.
  let path: String
  let lines: [String]
  /// The same lines with comments and the contents of string literals blanked out.
  let code: [String]

  init(path: String, text: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    code = path.hasSuffix(".swift") ? CodeMask.masked(text) : lines
  }

  var testDescription: String { path }
  var folders: [String] { path.split(separator: "/").dropLast().map(String.init) }
  /// The file's name without its extension.
  var stem: String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.split(separator: ".").first.map(String.init) ?? name
  }
  /// `Engine` for `Sources/Engine/Planner/Planner.swift`; nil outside `Sources`.
  var module: String? {
    folders.count >= 2 && folders[0] == "Sources" ? folders[1] : nil
  }

  /// A finding at `line` (counted from 0).
  func finding(_ line: Int, _ message: String) -> Finding {
    Finding(path: path, line: line + 1, message: message)
  }
}

/// A broken rule and its place.
struct Finding: Sendable, Equatable, CustomStringConvertible {
  var path: String
  var line: Int
  var message: String

  var description: String { "\(path):\(line): \(message)" }
}
