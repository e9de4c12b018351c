import Columns
import Foundation
import Server
import Storage
import TestSupport
import Testing
import Wire

/// Answers that are not whole say so, as Tempo's clients expect it.
@Suite struct PartialAnswerTests {
  private static let paths = [
    "/api/search?q=%7B%7D&limit=1000", "/api/v2/search/tags", "/api/v2/search/tag/name/values",
    "/api/search/tags", "/api/search/tag/name/values",
    "/api/metrics/query_range?start=1768435200&end=1768440000&step=60&q=%7B%7D%7Crate()",
  ]

  private func server(
    _ path: String, _ change: (inout APIOptions) -> Void
  ) throws -> APIServer {
    let catalog = try BlockCatalog.open(
      path: path, tenant: nil, cache: BoundedCache(capacityBytes: 64 << 20))
    var options = APIOptions(nowNanoseconds: 1_768_440_000_000_000_000)
    change(&options)
    return APIServer(catalog: catalog, options: options)
  }

  private func get(_ server: APIServer, _ target: String) async -> APIResponse {
    await server.respond(to: APIRequest(target: target, headers: []))
  }

  /// The small blocks, one of them without its footer.
  private func damagedStore() throws -> (path: String, damaged: String) {
    let path = NSTemporaryDirectory() + "server-damage-" + UUID().uuidString
    try FileManager.default.copyItem(
      atPath: Fixture.smallBlocks(version: "vParquet4"), toPath: path)
    let tenant = path + "/single-tenant"
    let block = try FileManager.default.contentsOfDirectory(atPath: tenant).sorted()[0]
    let file = URL(fileURLWithPath: "\(tenant)/\(block)/data.parquet")
    try (try Data(contentsOf: file)).dropLast(200).write(to: file)
    return (path, block)
  }

  @Test(arguments: paths) func damageIsAnErrorOrAPartialAnswer(_ target: String) async throws {
    let (path, block) = try damagedStore()
    defer { try? FileManager.default.removeItem(atPath: path) }  // only tidying up
    let strict = await get(try server(path) { _ in }, target)
    #expect(strict.status == 500)
    #expect(strict.text.contains(block), "\(strict.text)")
    let lenient = await get(try server(path) { $0.skipsDamaged = true }, target)
    #expect(lenient.status == 200)
    #expect(lenient.header("X-Traceql-Partial")?.contains(block) == true)
  }

  /// Readers who see no headers learn of it from the body: always where Tempo's has members for it,
  /// elsewhere when it is asked for.
  @Test(arguments: paths) func bodiesSayThatTheyArePartial(_ target: String) async throws {
    let (path, block) = try damagedStore()
    defer { try? FileManager.default.removeItem(atPath: path) }  // only tidying up
    let plain = await get(try server(path) { $0.skipsDamaged = true }, target)
    let hasMembers = target.hasPrefix("/api/metrics/")
    #expect(try JSONReader.read(plain.body)["status"]?.string == (hasMembers ? "PARTIAL" : nil))
    let marked = try server(path) {
      $0.skipsDamaged = true
      $0.marksPartialBodies = true
    }
    let json = try JSONReader.read(await get(marked, target).body)
    #expect(json["status"]?.string == "PARTIAL")
    #expect(json["message"]?.string?.contains(block) == true)
    let whole = try server(Fixture.smallBlocks(version: "vParquet4")) {
      $0.marksPartialBodies = true
    }
    #expect(try JSONReader.read(await get(whole, target).body)["status"] == nil)
  }

  private func traceID() async throws -> String {
    let server = try server(Fixture.smallBlocks(version: "vParquet4")) { _ in }
    let found = await get(server, "/api/search?limit=1&q=%7B%7D")
    let traces = try JSONReader.read(found.body)["traces"]?.elements
    return try #require(traces?.first?["traceID"]?.string)
  }

  @Test func tracesAboveTheLimitAreRefusedOrCut() async throws {
    let id = try await traceID()
    let server = try server(Fixture.smallBlocks(version: "vParquet4")) { $0.traceBytesMax = 900 }
    let first = await get(server, "/api/traces/" + id)
    #expect(first.status == 422)
    #expect(first.text == "trace exceeds max size (max bytes: 900)\n")
    let second = await get(server, "/api/v2/traces/" + id)
    #expect(second.status == 200)
    let json = try JSONReader.read(second.body)
    #expect(json["status"]?.string == "PARTIAL")
    #expect(
      json["message"]?.string
        == "Trace exceeds maximum size of 900 bytes, a partial trace is returned")
  }

  @Test func tracesBelowTheLimitAreWhole() async throws {
    let id = try await traceID()
    let server = try server(Fixture.smallBlocks(version: "vParquet4")) {
      $0.traceBytesMax = 5_000_000
    }
    let response = await get(server, "/api/v2/traces/" + id)
    #expect(try JSONReader.read(response.body)["status"] == nil)
    #expect(await get(server, "/api/traces/" + id).status == 200)
  }
}
