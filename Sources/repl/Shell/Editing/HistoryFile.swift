import Glibc

/// Inputs of earlier sessions, one a line of a file: what spans lines is written with escapes.
package struct HistoryFile: Sendable {
  package static let entriesMax = 10_000
  private static let bytesMax = 8 << 20

  package var path: String

  package init(path: String) { self.path = path }

  /// `$XDG_STATE_HOME/traceql/history`, or where that is by default; nil without a home.
  static var usual: HistoryFile? {
    if let path = SystemText.environment("TRACEQL_HISTORY") { return HistoryFile(path: path) }
    let state =
      SystemText.environment("XDG_STATE_HOME")
      ?? SystemText.environment("HOME").map { $0 + "/.local/state" }
    return state.map { HistoryFile(path: $0 + "/traceql/history") }
  }

  /// The newest entries, oldest first; none if the file cannot be read.
  package func read() -> [String] {
    // A missing history is an empty one.
    guard let bytes = try? InputText.file(path, upTo: Self.bytesMax) else { return [] }
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    return lines.suffix(Self.entriesMax).map { Self.decoded(String(decoding: $0, as: UTF8.self)) }
  }

  /// Adds an entry at the end, so that sessions side by side lose nothing. Returns false if the
  /// file cannot be written.
  package func append(_ entry: String) -> Bool {
    Self.makeFolders(above: path)
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    let bytes = Array((Self.encoded(entry) + "\n").utf8)
    return Glibc.write(descriptor, bytes, bytes.count) == bytes.count
  }

  package static func encoded(_ entry: String) -> String {
    var result = ""
    for scalar in entry.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  package static func decoded(_ line: String) -> String {
    var result = ""
    var isEscaped = false
    for scalar in line.unicodeScalars {
      if isEscaped {
        result.unicodeScalars.append(scalar == "n" ? "\n" : scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func makeFolders(above path: String) {
    var prefix = ""
    for part in path.split(separator: "/").dropLast() {
      prefix += (prefix.isEmpty && !path.hasPrefix("/") ? "" : "/") + part
      mkdir(prefix, 0o700)
    }
  }
}
