import Engine
import Wire

/// One entry of a list of values: `{"type":"int","value":"200"}`.
enum TagValueAnswer {
  static func value(_ json: JSON) -> Value {
    let text = json["value"]?.string ?? ""
    switch json["type"]?.string {
    case "int": return Int64(text).map(Value.int) ?? .string(text)
    case "float": return Double(text).map(Value.float) ?? .string(text)
    case "bool": return .bool(text == "true")
    case "keyword":
      if let code = ["unset", "ok", "error"].firstIndex(of: text) { return .status(Int64(code)) }
      let kinds = ["unspecified", "internal", "server", "client", "producer", "consumer"]
      return kinds.firstIndex(of: text).map { .kind(Int64($0)) } ?? .string(text)
    default: return .string(text)
    }
  }
}
