import Glibc

/// Paths as people type them.
enum FilePath {
  /// `~` and `~/x` below the home folder.
  static func expandingHome(_ path: String) -> String {
    guard path == "~" || path.hasPrefix("~/"), let home = SystemText.environment("HOME")
    else { return path }
    return home + path.dropFirst()
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Paths that begin with `start`, folders with a slash at their end, in order.
  static func completions(of start: String) -> [String] {
    var pattern = ""
    for character in expandingHome(start) {
      if "*?[\\".contains(character) { pattern += "\\" }
      pattern.append(character)
    }
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern + "*", GLOB_MARK, nil, &found) == 0 else { return [] }
    return (0..<min(Int(found.gl_pathc), 1_000)).compactMap { index in
      guard let path = found.gl_pathv[index].map({ String(cString: $0) }) else { return nil }
      // As it was begun: with the tilde.
      return start.hasPrefix("~") ? start + path.dropFirst(expandingHome(start).count) : path
    }
  }
}
