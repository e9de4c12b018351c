import Foundation
import Wire

/// Trace JSON in one spelling, so that answers which mean the same are equal text: attributes
/// sorted, spans gathered under equal resources and scopes, members with defaults left out.
enum NormalTrace {
  static func text(_ json: JSON) -> String {
    let list = (json["batches"] ?? json["resourceSpans"])?.elements ?? []
    var groups: [String: [String]] = [:]
    for resource in list {
      for scope in resource["scopeSpans"]?.elements ?? [] {
        let key = write(resource["resource"] ?? .object([])) + write(scope["scope"] ?? .object([]))
        groups[key, default: []] += (scope["spans"]?.elements ?? []).map(write)
      }
    }
    return groups.map { $0.key + "\n  " + $0.value.sorted().joined(separator: "\n  ") }
      .sorted().joined(separator: "\n")
  }

  static func text(of bytes: [UInt8]) throws -> String { text(try JSONReader.read(bytes)) }

  private static func write(_ json: JSON) -> String {
    switch json {
    case .null: return "null"
    case .bool(let value): return "\(value)"
    case .number(let text): return Double(text).map { "\($0)" } ?? text
    case .string(let text): return "\"\(text)\""
    case .array(let elements): return "[" + elements.map(write).joined(separator: ",") + "]"
    case .object(let members):
      return "{" + members.compactMap(write).sorted().joined(separator: ",") + "}"
    }
  }

  private static func write(_ member: JSON.Member) -> String? {
    switch (member.name, member.value) {
    case (_, .array([])), ("parentSpanId", .string("")), (_, .number("0")):
      return member.name == "doubleValue" ? member.name + ":0.0" : nil
    case ("attributes", .array(let elements)):
      return "attributes:[" + elements.map(write).sorted().joined(separator: ",") + "]"
    default: return member.name + ":" + write(member.value)
    }
  }
}

/// The bytes of a file of the package.
func bytes(of path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}
