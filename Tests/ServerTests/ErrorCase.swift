import Foundation
import TestSupport
import Testing
import Wire

/// One rejected request with what Tempo answered, out of the conformance files.
struct ErrorCase: CustomTestStringConvertible {
  var id: String
  var target: String
  var status: Int
  /// nil: a request that looks wrong and is accepted.
  var body: String?

  var testDescription: String { id }

  static let all: [ErrorCase] = {
    do {
      let path = Fixture.path("Tests/Conformance/errors.json")
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      return (try JSONReader.read(bytes).elements ?? []).map(ErrorCase.init)
    } catch {
      preconditionFailure("errors.json lies in the source tree and can be read: \(error)")
    }
  }()

  private init(_ json: JSON) {
    id = json["id"]?.string ?? ""
    status = json["status"]?.int64.map(Int.init) ?? 0
    body = json["body"]?.string
    target = Self.target(json)
  }

  static func target(_ json: JSON) -> String {
    let prefix = json["version"]?.string == "v2" ? "/api/v2" : "/api"
    let tag = percentEncoded(json["tag"]?.string ?? "")
    let path =
      switch json["kind"]?.string {
      case "search": "/api/search"
      case "query_range": "/api/metrics/query_range"
      case "query": "/api/metrics/query"
      case "tags": prefix + "/search/tags"
      case "tag_values": prefix + "/search/tag/" + tag + "/values"
      case "trace": prefix + "/traces/" + (json["traceID"]?.string ?? "")
      default: json["path"]?.string ?? ""
      }
    var pairs = (json["params"]?.members ?? []).map { ($0.name, text($0.value)) }
    if let q = json["q"]?.string { pairs.append(("q", q)) }
    let query = pairs.map { $0.0 + "=" + percentEncoded($0.1) }.joined(separator: "&")
    return query.isEmpty ? path : path + "?" + query
  }

  private static func text(_ json: JSON) -> String {
    switch json {
    case .string(let text), .number(let text): text
    default: ""
    }
  }
}
