import Compression
import Server
import TestSupport
import Testing

@testable import HTTPServer

@Suite("What client and server agree on")
struct NegotiationTests {
  @Test(
    "codings of bodies",
    arguments: [
      (nil, nil), ("", nil), ("identity", nil), ("gzip", "gzip"), ("zstd", "zstd"),
      ("gzip, deflate, br", "gzip"), ("gzip, zstd", "zstd"), ("zstd, gzip", "zstd"),
      ("gzip;q=1.0, zstd;q=0.5", "gzip"), ("GZIP ; Q=0.3", "gzip"), ("*", "zstd"),
      ("*;q=0", nil), ("gzip, *;q=0", "gzip"), ("zstd;q=0, *", "gzip"), ("gzip;q=0", nil),
      ("gzip;q=x", nil), (";;;,,,", nil), ("br;q=1, zstd;q=0.001", "zstd"),
    ] as [(String?, String?)])
  func codings(_ accepted: String?, _ wanted: String?) {
    #expect(ContentCoding.choose(accepted)?.rawValue == wanted)
  }

  @Test("short bodies stay as they are, long ones are compressed, both vary")
  func lengths() {
    for (count, coding) in [(ContentCoding.bytesMin - 1, nil), (ContentCoding.bytesMin, "gzip")] {
      var response = APIResponse(
        status: 200, contentType: nil, body: [UInt8](repeating: 7, count: count))
      ContentCoding.apply(to: &response, accepted: "gzip")
      #expect(response.header("Content-Encoding") == coding)
      #expect(response.header("Vary") == "Accept-Encoding")
      #expect((response.body.count < count) == (coding != nil))
    }
    var random = SplitMix(seed: 1)
    var noise = APIResponse(status: 200, contentType: nil, body: random.bytes(count: 2_000))
    ContentCoding.apply(to: &noise, accepted: "gzip")
    #expect(noise.header("Content-Encoding") == nil, "it would only grow")
  }

  private func request(_ headers: [(name: String, value: String)]) -> APIRequest {
    APIRequest(method: "POST", target: "/api/mcp", headers: headers)
  }

  @Test(
    "pages that may ask",
    arguments: [
      (nil, nil, true), (nil, "none", true), (nil, "same-origin", true),
      (nil, "cross-site", false), (nil, "same-site", false),
      ("http://localhost:3000", nil, true), ("https://127.0.0.1", nil, true),
      ("http://[::1]:8080", "cross-site", true), ("http://evil.example", nil, false),
      ("http://localhost.evil.example", nil, false), ("http://127.0.0.1.evil.example", nil, false),
      ("http://evil.example#localhost", nil, false), ("null", nil, false), ("", nil, false),
      ("file://", nil, false), ("https://grafana.example", nil, true),
      ("https://grafana.example:1", nil, false),
    ] as [(String?, String?, Bool)])
  func origins(_ origin: String?, _ site: String?, _ isTaken: Bool) {
    var configuration = Configuration()
    configuration.allowedOrigins = ["https://grafana.example"]
    var headers: [(name: String, value: String)] = []
    if let origin { headers.append(("Origin", origin)) }
    if let site { headers.append(("Sec-Fetch-Site", site)) }
    #expect(CrossOrigin.isOfThisHost(request(headers), configuration) == isTaken)
    configuration.allowedOrigins = ["*"]
    if origin != nil { #expect(CrossOrigin.isOfThisHost(request(headers), configuration)) }
  }

  @Test("what browsers are told")
  func told() {
    func headers(_ allowed: [String], _ origin: String?) -> [String] {
      var configuration = Configuration()
      configuration.allowedOrigins = allowed
      var response = APIResponse.text("x")
      CrossOrigin.apply(to: &response, origin: origin, configuration)
      return response.headers.dropFirst().map { "\($0.name): \($0.value)" }
    }
    let exposed = "Access-Control-Expose-Headers: X-Traceql-Partial, Mcp-Session-Id"
    #expect(headers([], "https://a").isEmpty)
    #expect(headers(["*"], nil).isEmpty)
    #expect(headers(["*"], "https://a") == ["Access-Control-Allow-Origin: *", exposed])
    #expect(headers(["https://b"], "https://a") == ["Vary: Origin"])
    #expect(headers(["https://b"], nil) == ["Vary: Origin"])
    #expect(
      headers(["https://a", "https://b"], "https://b")
        == ["Vary: Origin", "Access-Control-Allow-Origin: https://b", exposed])
  }
}

@Suite("Where a request ends")
struct FramingTests {
  private func status(_ headers: [(String, String)]) -> Int? {
    RequestFraming.refusal(headers.map { (name: $0.0, value: $0.1) })?.status
  }

  @Test("one meaning")
  func plain() {
    #expect(status([]) == nil)
    #expect(status([("Host", "x"), ("Content-Length", "0"), ("X-A", ""), ("X-A", "")]) == nil)
    #expect(status([("host", "x"), ("TRANSFER-ENCODING", "Chunked")]) == nil)
    #expect(status((0..<1_000).map { ("X-\($0)", "y") }) == nil)
  }

  @Test("two meanings")
  func ambiguous() {
    #expect(status([("Content-Length", "5"), ("transfer-encoding", "chunked")]) == 400)
    #expect(status([("Content-Length", "5"), ("content-length", "5")]) == 400)
    #expect(status([("Host", "a"), ("Host", "b")]) == 400)
    for length in ["+5", "-5", "0x5", "5, 6", "5 ", "", "٥"] {
      #expect(status([("Content-Length", length)]) == 400, "\(length)")
    }
    for coding in ["gzip", "chunked, chunked", "identity", "xchunked", ""] {
      #expect(status([("Transfer-Encoding", coding)]) == 501, "\(coding)")
    }
    for name in ["", "Transfer-Encoding ", "a b", "a:b", "a\u{0}", "é", "(x)"] {
      #expect(status([(name, "x")]) == 400, "\(name)")
    }
    #expect(status((0..<1_001).map { ("X-\($0)", "y") }) == 431)
  }
}
