import Engine
import Wire

/// `/api/mcp`: the query API for language models, over MCP's Streamable HTTP.
struct MCPEndpoint {
  let server: APIServer
  let request: APIRequest
  let progress: QueryProgress
  let sessions: MCPSessions

  func respond() async -> APIResponse {
    switch request.method {
    case "POST": return await post()
    case "GET":
      var response = APIResponse(status: 200, contentType: "text/event-stream", body: [])
      response.isOpenEnded = true
      return response
    case "DELETE":
      sessions.close(session)
      return APIResponse(status: 200, contentType: nil, body: [])
    default: return APIResponse(status: 405, contentType: nil, body: [])
    }
  }

  private var session: String? { request.header("Mcp-Session-Id") }

  private func post() async -> APIResponse {
    let json: JSON
    do throws(JSONError) {
      json = try JSONReader.read(request.body)
    } catch {
      return JSONRPC.failure(nil, .unreadable, "request body is not valid json", status: 400)
    }
    guard let call = JSONRPC.call(json) else {
      return JSONRPC.failure(json["id"], .invalidRequest, "not a JSON-RPC 2.0 call", status: 400)
    }
    if call.method == "initialize" { return initialize(call) }
    guard sessions.isKnown(session) else { return .text("Invalid session ID\n", status: 404) }
    guard call.id != nil else { return APIResponse(status: 202, contentType: nil, body: []) }
    var response = await answer(call)
    response.asked.insert(APIResponse.Header(name: "call", value: call.method), at: 0)
    return response
  }

  private func answer(_ call: JSONRPC.Call) async -> APIResponse {
    switch call.method {
    case "ping": return JSONRPC.result(call.id) { $0.object { _ in } }
    case "tools/list": return JSONRPC.result(call.id, listTools)
    case "tools/call": return await callTool(call)
    case "resources/list": return JSONRPC.result(call.id, MCPDocument.list)
    case "resources/read": return readResource(call)
    default:
      return JSONRPC.failure(call.id, .unknownMethod, "Method \(call.method) not found")
    }
  }

  // MARK: Sessions

  private static let protocolVersions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]

  private func initialize(_ call: JSONRPC.Call) -> APIResponse {
    let wanted = call.parameters["protocolVersion"]?.string ?? ""
    let version = Self.protocolVersions.contains(wanted) ? wanted : Self.protocolVersions[0]
    var response = JSONRPC.result(call.id) { writer in
      writer.object { writer in
        writer.key("protocolVersion")
        writer.string(version)
        writer.key("capabilities")
        writer.object { writer in
          for name in ["resources", "tools"] {
            writer.key(name)
            writer.object { _ in }
          }
        }
        writer.key("serverInfo")
        writer.object { writer in
          writer.member("name", text: "tempo")
          writer.member("version", text: "0.1.0")
        }
      }
    }
    response.headers.append(APIResponse.Header(name: "Mcp-Session-Id", value: sessions.open()))
    return response
  }

  // MARK: Resources

  private func readResource(_ call: JSONRPC.Call) -> APIResponse {
    let uri = call.parameters["uri"]?.string ?? ""
    guard let document = MCPDocument.all.first(where: { $0.uris.contains(uri) }) else {
      return JSONRPC.failure(
        call.id, .invalidParameters, "resource '\(uri)' not found: resource not found")
    }
    return JSONRPC.result(call.id) { writer in
      writer.object { writer in
        writer.key("contents")
        writer.array { writer in
          writer.object { writer in
            writer.member("uri", text: uri)
            writer.member("mimeType", text: "text/markdown")
            writer.member("text", text: document.text)
          }
        }
      }
    }
  }

  // MARK: Tools

  private func listTools(_ writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("tools")
      writer.array { writer in
        for tool in MCPTool.allCases { describe(tool, &writer) }
      }
    }
  }

  private func describe(_ tool: MCPTool, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("name", text: tool.rawValue)
      writer.member("description", text: tool.description)
      writer.key("annotations")
      writer.object { writer in
        for (name, value) in [
          ("readOnlyHint", true), ("destructiveHint", false), ("idempotentHint", false),
          ("openWorldHint", false),
        ] {
          writer.key(name)
          writer.bool(value)
        }
      }
      writer.key("inputSchema")
      writer.object { writer in
        writer.member("type", text: "object")
        writer.key("properties")
        writer.object { writer in
          for argument in tool.arguments {
            writer.key(argument.name)
            writer.object { writer in
              writer.member("type", text: "string")
              writer.member("description", text: argument.description)
              if !argument.choices.isEmpty { writer.member("enum", strings: argument.choices) }
            }
          }
        }
        let required = tool.arguments.filter(\.isRequired).map(\.name)
        if !required.isEmpty { writer.member("required", strings: required) }
      }
    }
  }

  private func callTool(_ call: JSONRPC.Call) async -> APIResponse {
    let name = call.parameters["name"]?.string ?? ""
    guard let tool = MCPTool(rawValue: name) else {
      return JSONRPC.failure(
        call.id, .invalidParameters, "tool '\(name)' not found: tool not found")
    }
    let run = MCPToolRun(
      tool: tool, arguments: call.parameters["arguments"] ?? .object([]), server: server,
      request: request, progress: progress)
    var asked = [APIResponse.Header(name: "tool", value: name)]
    if let subject = run.subject { asked.append(APIResponse.Header(name: "q", value: subject)) }
    let answer: MCPToolRun.Answer
    do throws(MCPToolRun.Failure) {
      answer = try await run.answer()
    } catch {
      var response = JSONRPC.result(call.id) { writer in
        writer.object { writer in
          Self.content(error.message, &writer)
          writer.key("isError")
          writer.bool(true)
        }
      }
      response.asked = asked + [APIResponse.Header(name: "error", value: error.message)]
      return response
    }
    var response = JSONRPC.result(call.id) { writer in
      writer.object { writer in
        writer.key("_meta")
        writer.object { writer in
          writer.member("type", text: tool.result.type)
          writer.member("encoding", text: tool.result.isJSON ? "json" : "markdown")
          writer.member("version", text: tool.result.version)
        }
        Self.content(answer.text, &writer)
      }
    }
    response.cost = answer.cost
    response.asked = asked
    return response
  }

  private static func content(_ text: String, _ writer: inout JSONWriter) {
    writer.key("content")
    writer.array { writer in
      writer.object { writer in
        writer.member("type", text: "text")
        writer.key("text")
        writer.string(text)
      }
    }
  }
}
