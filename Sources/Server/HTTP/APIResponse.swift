package import Engine

/// An answer, ready for any transport. Compression and framing are the transport's business.
package struct APIResponse: Sendable, Equatable {
  package struct Header: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package var status: Int
  package var headers: [Header]
  package var body: [UInt8]
  /// What the query read and inspected, for the log; nil if there was none.
  package var cost: QueryStatistics?
  /// The body has a member that says it is partial.
  var isMarkedPartial = false
  /// What was asked, for the log, where the target does not say it.
  package var asked: [Header] = []
  /// Headers now, and a body that goes on until one side leaves.
  package var isOpenEnded = false

  package init(status: Int, contentType: String?, body: [UInt8]) {
    self.status = status
    self.body = body
    headers = contentType.map { [Header(name: "Content-Type", value: $0)] } ?? []
  }

  /// The words after the number in a status line.
  package var reason: String {
    switch status {
    case 200: "OK"
    case 202: "Accepted"
    case 204: "No Content"
    case 301: "Moved Permanently"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 413: "Content Too Large"
    case 422: "Unprocessable Entity"
    case 429: "Too Many Requests"
    case 499: "Client Closed Request"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 503: "Service Unavailable"
    default: "Status \(status)"
    }
  }

  package func header(_ name: String) -> String? {
    headers.first { $0.name == name }?.value
  }

  package static func text(_ body: String, status: Int = 200) -> APIResponse {
    APIResponse(
      status: status, contentType: "text/plain; charset=utf-8", body: Array(body.utf8))
  }

  /// JSON under `contentType`, or under its own name.
  init(status: Int, contentType: String?, json body: [UInt8]) {
    self.init(status: status, contentType: contentType ?? MediaType.json.rawValue, body: body)
  }

  static func llm(_ body: [UInt8]) -> APIResponse {
    APIResponse(status: 200, contentType: MediaType.llm.rawValue + "+json", body: body)
  }

  package static func json(_ body: [UInt8]) -> APIResponse {
    APIResponse(status: 200, contentType: MediaType.json.rawValue, body: body)
  }

  static func protobuf(_ body: [UInt8]) -> APIResponse {
    APIResponse(status: 200, contentType: MediaType.protobuf.rawValue, body: body)
  }

  package static let notFound = APIResponse.text("404 page not found\n", status: 404)
}

/// What a client can ask for.
enum MediaType: String {
  case json = "application/json"
  case protobuf = "application/protobuf"
  /// Shorter forms of some answers, for language models.
  case llm = "application/vnd.grafana.llm"

  /// The first of the known names found in an `Accept` header; quality values do not count.
  init(accept: String?) {
    // What stands far behind in a header of any length is no wish.
    let looked = accept.map { String($0.prefix(Self.acceptBytesMax)) }
    let names = [Self.protobuf, .json, .llm]
    self = names.first { looked?.contains($0.rawValue) == true } ?? .json
  }

  private static let acceptBytesMax = 4_096
}
