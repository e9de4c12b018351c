import FoundationEssentials
import Testing
import TraceQL

/// The files of the folder `grammar`.
enum Corpus {
  static let root: String = {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/") + "/"
  }()

  static func read(_ path: String) -> String {
    guard let data = FileManager.default.contents(atPath: root + path) else { return "" }
    return String(decoding: data, as: UTF8.self)
  }

  /// Queries, one a line; comments start with `#`.
  private static func lines(_ path: String) -> [String] {
    read(path).split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
  }

  static let valid = lines("grammar/valid.traceql")

  /// Queries and the name of the diagnostic they give, divided by ` ## `.
  static let invalid: [(String, String)] = lines("grammar/invalid.traceql").compactMap { line in
    let parts = line.split(separator: " ## ", maxSplits: 1).map(String.init)
    return parts.count == 2 ? (parts[0], parts[1]) : nil
  }
}
