import Foundation
import TestSupport
import Wire

/// A query of the conformance set over the small blocks, and what is right to answer.
struct Recorded {
  var target: String
  /// Tempo's answer and, where Tempo deviates from its own language, the language's.
  var answers: [String]

  init(_ id: String) throws {
    let queries = try Self.json("Tests/Conformance/queries.json").elements ?? []
    guard let query = queries.first(where: { $0["id"]?.string == id }) else {
      throw CocoaError(.fileNoSuchFile)
    }
    target = ErrorCase.target(query)
    answers = try ["small", "small-R"].compactMap { folder in
      let path = "Tests/Conformance/golden/\(folder)/\(id).json"
      guard FileManager.default.fileExists(atPath: Fixture.path(path)) else { return nil }
      return Self.normal(try Self.json(path))
    }
  }

  private static func json(_ path: String) throws -> JSON {
    let data = try Data(contentsOf: URL(fileURLWithPath: Fixture.path(path)))
    return try JSONReader.read([UInt8](data))
  }

  /// One spelling for answers that mean the same: lists sorted, costs and repetitions left out.
  static func normal(_ json: JSON) -> String {
    switch json {
    case .null: return "null"
    case .bool(let value): return "\(value)"
    case .number(let text): return Double(text).map { "\($0)" } ?? text
    case .string(let text): return "\"\(text)\""
    case .array(let elements):
      return "[" + elements.map(normal).sorted().joined(separator: ",") + "]"
    case .object(let members):
      return "{"
        + members.filter {
          $0.name != "metrics" && $0.name != "spanSet"
            && !($0.name == "spanSets" && $0.value == .array([]))
        }
        .map { $0.name + ":" + normal($0.value) }.sorted().joined(separator: ",") + "}"
    }
  }
}
