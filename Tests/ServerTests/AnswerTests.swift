import Columns
import Engine
import Server
import Storage
import TestSupport
import Testing
import TraceQL
import Wire

@Suite("Answers over blocks that Tempo wrote")
struct AnswerTests {
  private let server: APIServer

  init() throws {
    let catalog = try BlockCatalog.open(
      path: Fixture.smallBlocks(version: "vParquet4"), tenant: nil,
      cache: BoundedCache(capacityBytes: 64 << 20))
    server = APIServer(
      catalog: catalog,
      options: APIOptions(nowNanoseconds: 1_768_440_000_000_000_000, compatibility: .tempo))
  }

  private func get(_ target: String, accept: String? = nil) async -> APIResponse {
    let headers = accept.map { [(name: "Accept", value: $0)] } ?? []
    return await server.respond(to: APIRequest(target: target, headers: headers))
  }

  private func search(_ query: String) -> String {
    "/api/search?limit=4&q=" + percentEncoded(query)
  }

  @Test(
    "answers as recorded",
    arguments: [
      "s-pipe-001", "s-pipe-003", "s-pipe-022", "s-pipe-023", "s-pipe-025",
      "s-legacy-001", "s-tags-003", "s-tags-004", "s-tags-009", "s-tags-014", "s-tv1-006",
      "s-tv1-010", "s-tv2-016", "s-tv2-017", "s-tv2-010", "s-tv2q-001",
    ])
  func recorded(_ id: String) async throws {
    let recorded = try Recorded(id)
    let response = await get(recorded.target)
    #expect(response.status == 200, "\(response.text)")
    #expect(response.header("Content-Type") == "application/json")
    let ours = Recorded.normal(try JSONReader.read(response.body))
    #expect(recorded.answers.contains(ours), "\(ours.prefix(2000))")
  }

  /// Clients refuse members they do not know.
  @Test("a search has the members clients expect, newest trace first")
  func members() async throws {
    let body = await get(
      search("{ resource.service.name = `checkout` } | by(name) | count() > 0 | select(kind)")
    ).body
    let json = try JSONReader.read(body)
    #expect(names(json) == ["traces", "metrics"])
    let allowed: Set<String> = [
      "inspectedBytes", "totalBlocks", "completedJobs", "totalJobs", "totalBlockBytes",
      "inspectedSpans", "inspectedTraces",
    ]
    #expect(Set(names(json["metrics"])).isSubset(of: allowed))
    let traces = json["traces"]?.elements ?? []
    #expect(traces.count == 4)
    for trace in traces {
      // A duration below a millisecond is left out.
      #expect(
        Set(names(trace) + ["durationMs"]) == [
          "traceID", "rootServiceName", "rootTraceName", "startTimeUnixNano", "durationMs",
          "spanSet", "spanSets", "serviceStats",
        ])
      #expect(trace["spanSet"] == trace["spanSets"]?.elements?.first)
      #expect(names(trace["spanSet"]) == ["spans", "matched", "attributes"])
      let attributes = trace["spanSet"]?["attributes"]?.elements ?? []
      #expect(attributes.map { $0["key"]?.string } == ["by(name)", "count()"])
      #expect(attributes[1]["value"]?["intValue"]?.string != nil)
      let span = trace["spanSet"]?["spans"]?.elements?.first
      #expect(span?["spanID"]?.string?.count == 16)
      #expect(span?["startTimeUnixNano"]?.string != nil)
    }
    let starts = traces.compactMap { $0["startTimeUnixNano"]?.uint64 }
    #expect(starts == starts.sorted(by: >))
  }

  private func names(_ json: JSON?) -> [String] { (json?.members ?? []).map(\.name) }

  @Test("protobuf says what JSON says")
  func protobuf() async throws {
    let target = search("{ status = error } | by(resource.service.name) | select(duration, kind)")
    let response = await get(target, accept: "application/protobuf")
    #expect(response.header("Content-Type") == "application/protobuf")
    let decoded = try ProtobufSearch.decode(response.body)
    let json = try JSONReader.read(await get(target).body)
    #expect(decoded.count == 4)
    #expect(decoded == (json["traces"]?.elements ?? []).map(ProtobufSearch.summary))
  }

  @Test("tags and values in protobuf")
  func tagsAsProtobuf() async throws {
    for (path, list) in [
      ("/api/search/tags?scope=event", "tagNames"),
      ("/api/search/tag/http.status_code/values", "tagValues"),
    ] {
      let json = try JSONReader.read(await get(path).body)
      var reader = ProtobufReader(await get(path, accept: "application/protobuf").body)
      var strings: [String] = []
      while let field = try reader.next() {
        if field.number == 1 { strings.append(try field.string()) }
      }
      #expect(!strings.isEmpty)
      #expect(strings == json[list]?.elements?.compactMap(\.string))
    }
    let path = "/api/v2/search/tag/span.app.mixed/values?limit=3"
    let json = try JSONReader.read(await get(path).body)
    var reader = ProtobufReader(await get(path, accept: "application/protobuf").body)
    var values: [[String]] = []
    while let field = try reader.next() {
      guard field.number == 1 else { continue }
      var (inner, texts) = (try field.message(), ["", ""])
      while let field = try inner.next() { texts[field.number - 1] = try field.string() }
      values.append(texts)
    }
    #expect(values.count == 3)
    #expect(
      values
        == json["tagValues"]?.elements?.map {
          [$0["type"]?.string ?? "", $0["value"]?.string ?? ""]
        })
  }

  @Test("spans and limits are cut as asked; what was found is still counted")
  func limits() async throws {
    let target = "/api/search?limit=2&spss=1&q=" + percentEncoded("{ name = `chunk` }")
    let traces = try JSONReader.read(await get(target).body)["traces"]?.elements ?? []
    #expect(traces.count == 2)
    for trace in traces {
      #expect(trace["spanSet"]?["spans"]?.elements?.count == 1)
      #expect(trace["spanSet"]?["matched"]?.int64 ?? 0 >= 1)
    }
    let values = await get("/api/v2/search/tag/name/values?limit=2")
    #expect(try JSONReader.read(values.body)["tagValues"]?.elements?.count == 2)
    let names = try JSONReader.read(await get("/api/v2/search/tags?limit=1").body)
    for scope in names["scopes"]?.elements ?? [] where scope["name"]?.string != "intrinsic" {
      #expect(scope["tags"]?.elements?.count == 1)
    }
  }

  @Test("a range without traces, and one that is reversed")
  func ranges() async {
    let empty = await get("/api/search?start=1&end=2&q=%7B%7D").text
    #expect(empty.hasPrefix(#"{"traces":[],"metrics":{"#))
    #expect(
      await get("/api/v2/search/tag/name/values?start=9&end=2").text
        == #"{"tagValues":[],"metrics":{}}"#)
  }

  @Test("too many alternatives in a filter are refused, half-typed ones ignored")
  func filters() async throws {
    let many = (0...100).map { "name = `\($0)`" }.joined(separator: " || ")
    let response = await get(
      "/api/v2/search/tag/name/values?q=" + percentEncoded("{ \(many) }"))
    #expect(response.status == 400)
    #expect(
      response.text
        == "maximum condition groups reached (limit: 100). Reduce the number of OR conditions in "
        + "the query")
    let all = await get("/api/v2/search/tag/kind/values").body
    let broken = await get("/api/v2/search/tag/kind/values?q=" + percentEncoded("{ name = ")).body
    #expect(broken == all)
  }
}
