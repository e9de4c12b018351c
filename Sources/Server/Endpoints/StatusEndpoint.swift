import Wire

/// Probes: what a client asks before it trusts a server.
enum StatusEndpoint {
  static func ready() -> APIResponse {
    var response = APIResponse.text("ready\n")
    response.headers.append(
      APIResponse.Header(name: "X-Content-Type-Options", value: "nosniff"))
    return response
  }

  static func buildInformation(method: String, _ options: APIOptions) -> APIResponse {
    guard method == "GET" else { return APIResponse(status: 405, contentType: nil, body: []) }
    var writer = JSONWriter()
    writer.object { writer in
      writer.key("version")
      writer.string(options.version)
      for name in ["revision", "branch", "buildUser", "buildDate", "goVersion"] {
        writer.key(name)
        writer.string("")
      }
    }
    return .json(writer.bytes + [UInt8(ascii: "\n")])
  }
}
