import Engine
import Server
import Testing

@Suite("Paths, headers and tenants")
struct RoutingTests {
  private let server = EmptyServer()

  @Test("probes")
  func probes() async {
    #expect(await server.answer("/api/echo") == "200 echo\n")
    let ready = await server.get("/ready")
    #expect(ready.text == "ready\n")
    #expect(ready.header("X-Content-Type-Options") == "nosniff")
    let build = await server.get("/api/status/buildinfo")
    #expect(build.text.hasPrefix(#"{"version":"3."#))
    #expect(build.text.hasSuffix("}\n"))
    #expect(build.header("Content-Type") == "application/json")
    #expect(await server.get("/api/status/buildinfo", method: "POST").status == 405)
  }

  @Test(
    "unknown paths",
    arguments: [
      "/", "/api", "/api/search/", "/api/traces/", "/api/traces/1/2", "/api/search/tag/values",
      "/api/nope",
    ])
  func unknown(_ path: String) async {
    let response = await server.get(path)
    #expect(response.status == 404)
    #expect(response.text == "404 page not found\n")
    #expect(response.header("Content-Type") == "text/plain; charset=utf-8")
  }

  @Test("doubled slashes lead to the clean path")
  func redirects() async {
    let response = await server.get("//api//search/?q=1")
    #expect(response.status == 301)
    #expect(response.header("Location") == "/api/search/")
  }

  @Test("a trace that is not there")
  func missingTrace() async {
    let v1 = await server.get("/api/traces/1")
    #expect(v1 == APIResponse(status: 404, contentType: nil, body: []))
    let v2 = await server.get("/api/v2/traces/1")
    #expect(v2.text == #"{"trace":{},"metrics":{}}"#)
    #expect(v2.header("Content-Type") == "application/json")
    let protobuf = await server.get(
      "/api/v2/traces/1", headers: [("accept", "text/html, application/protobuf;q=0.1")])
    #expect(protobuf.body == [0x0A, 0x00, 0x12, 0x00])
    #expect(protobuf.header("Content-Type") == "application/protobuf")
  }

  @Test("parameters are decoded; of a repeated one the first counts, an empty one is absent")
  func decoding() {
    let request = APIRequest(target: "/api/a%20b?x=1%2B1&y=a+b&x=2&bad=%zz&z&u=%C3%A9;#frag")
    #expect(request.path == "/api/a b")
    #expect(request.query.map { "\($0.name)=\($0.value)" } == ["x=1+1", "y=a b", "x=2", "z="])
  }

  @Test(
    "tenants, where there are several",
    arguments: [
      ("", 401, "no org id\n"), ("t1|", 400, "no org id"),
      ("bad/tenant", 400, "tenant ID 'bad/tenant' contains unsupported character '/'"),
      (String(repeating: "a", count: 151), 400, "tenant ID is too long: max 150 characters"),
      ("..", 400, "tenant ID is '.' or '..'"), ("b|a|b", 404, ""), ("unknown", 404, ""),
    ] as [(String, Int, String)])
  func tenants(_ header: String, _ status: Int, _ message: String) async {
    var server = EmptyServer()
    server.options.multitenancyEnabled = true
    let response = await server.get("/api/traces/1", headers: [("X-Scope-OrgID", header)])
    #expect(response.status == status)
    #expect(response.text == message)
    #expect(await server.get("/api/echo").status == 200)
    server.options.multitenantQueriesEnabled = false
    #expect(
      await server.get("/api/traces/1", headers: [("X-Scope-OrgID", "a|b")]).text
        == "multiple org IDs present")
  }

  @Test("intrinsics are known without blocks")
  func intrinsicNames() async {
    let v1 = await server.get("/api/search/tags?scope=intrinsic")
    #expect(v1.text.hasPrefix(#"{"tagNames":["duration","event:name","#))
    #expect(v1.text.hasSuffix(#""traceDuration"],"metrics":{}}"#))
    let v2 = await server.get("/api/v2/search/tags?scope=intrinsic")
    #expect(v2.text.hasPrefix(#"{"scopes":[{"name":"intrinsic","tags":["duration","#))
    #expect(
      await server.answer("/api/v2/search/tags?scope=trace") == #"200 {"scopes":[],"metrics":{}}"#)
  }
}
