import Wire

/// The envelopes of JSON-RPC 2.0: a call, its result, or what is wrong with it.
enum JSONRPC {
  struct Call {
    /// As sent: text, a number, or nil for a notification.
    var id: JSON?
    var method: String
    var parameters: JSON
  }

  enum Code: Int {
    case unreadable = -32_700
    case invalidRequest = -32_600
    case unknownMethod = -32_601
    case invalidParameters = -32_602
  }

  /// nil for what is no call.
  static func call(_ json: JSON) -> Call? {
    guard json["jsonrpc"]?.string == "2.0", let method = json["method"]?.string else { return nil }
    var id = json["id"]
    if id?.isNull == true { id = nil }
    return Call(id: id, method: method, parameters: json["params"] ?? .object([]))
  }

  static func result(_ id: JSON?, _ write: (inout JSONWriter) -> Void) -> APIResponse {
    var writer = JSONWriter()
    writer.object { writer in
      head(id, &writer)
      writer.key("result")
      write(&writer)
    }
    return .json(writer.bytes)
  }

  static func failure(
    _ id: JSON?, _ code: Code, _ message: String, status: Int = 200
  ) -> APIResponse {
    var writer = JSONWriter()
    writer.object { writer in
      head(id, &writer)
      writer.key("error")
      writer.object { writer in
        writer.key("code")
        writer.int(code.rawValue)
        writer.key("message")
        writer.string(message)
      }
    }
    return APIResponse(status: status, contentType: nil, json: writer.bytes)
  }

  private static func head(_ id: JSON?, _ writer: inout JSONWriter) {
    writer.key("jsonrpc")
    writer.string("2.0")
    writer.key("id")
    if let text = id?.string {
      writer.string(text)
    } else if let number = id?.int64 {
      writer.int(number)
    } else {
      writer.null()
    }
  }
}
