import Server
import TestSupport
import Testing

@testable import HTTPServer

@Suite("Answers that are kept")
struct ResultCacheTests {
  private func key(
    _ target: String, accept: String? = nil, tenant: String = "t", generation: Int = 1,
    configuration: Int = 1
  ) throws -> ResultCache.Key? {
    let request = APIRequest(target: target, headers: accept.map { [("Accept", $0)] } ?? [])
    let kind = try #require(RequestKind(request))
    return ResultCache.Key(
      request, kind, tenant: tenant, generation: generation, configuration: configuration)
  }

  @Test("everything the answer depends on is part of the key")
  func keys() throws {
    let target = "/api/search?q=%7B%7D"
    let first = try key(target)
    #expect(first != nil)
    #expect(try first == key(target))
    #expect(try first != key(target + "&limit=1"))
    #expect(try first != key(target, tenant: "u"))
    #expect(try first != key(target, generation: 2))
    #expect(try first != key(target, configuration: 2))
    #expect(try first != key(target, accept: "application/protobuf"))
    #expect(try first != key(target, accept: "application/vnd.grafana.llm"))
    // The header itself is not: it may be of any length, and say the same in many ways.
    #expect(try first == key(target, accept: "text/html, */*;q=0.8"))
    let long = String(repeating: "x", count: 1 << 20)
    #expect(try key(target, accept: long)?.form == "application/json")
  }

  @Test("what depends on the time or on a body has no key")
  func unkept() throws {
    for target in [
      "/api/search?since=1h", "/api/metrics/query_range?q=%7B%7D%7Crate()",
      "/api/metrics/query?q=x&start=1", "/api/mcp", "/api/v2/traces/diff",
      "/api/v2/search/tags?since=5m",
    ] {
      #expect(try key(target) == nil, "\(target)")
    }
    for target in [
      "/api/metrics/query_range?q=x&start=1&end=2", "/api/traces/1", "/api/search/tags",
    ] {
      #expect(try key(target) != nil, "\(target)")
    }
  }

  @Test("the limit holds, what was used last stays")
  func limit() throws {
    let cache = ResultCache(bytesMax: 100_000)
    func answer(_ count: Int) -> APIResponse {
      APIResponse(status: 200, contentType: nil, body: [UInt8](repeating: 1, count: count))
    }
    let favourite = try #require(try key("/api/search?q=0"))
    cache.store(answer(10), for: favourite)
    for i in 1...500 {
      let other = try #require(try key("/api/search?q=\(i)"))
      cache.store(answer(1_000), for: other)
      #expect(cache.response(other)?.body.count == 1_000)
      #expect(cache.response(favourite)?.body.count == 10)
      #expect(cache.usage.bytes <= 100_000)
    }
    #expect(cache.usage.count > 40)
    let large = try #require(try key("/api/search?q=large"))
    cache.store(answer(20_000), for: large)
    #expect(cache.response(large) == nil, "larger than an eighth of it")
    // The same again takes no more room.
    let before = cache.usage
    cache.store(answer(10), for: favourite)
    #expect(cache.usage.bytes == before.bytes && cache.usage.count == before.count)
    let none = ResultCache(bytesMax: 0)
    none.store(answer(1), for: favourite)
    #expect(!none.isOn && none.response(favourite) == nil)
  }

  @Test("a budget lets in what fits, and what is larger than all of it alone")
  func budget() {
    let budget = ByteBudget(bytesMax: 100)
    #expect(budget.take(60) && budget.take(40))
    #expect(!budget.take(1))
    budget.giveBack(60)
    #expect(budget.take(60) && !budget.take(500))
    budget.giveBack(100)
    #expect(budget.usedBytes == 0)
    #expect(budget.take(500) && !budget.take(1))
    budget.giveBack(500)
    let open = ByteBudget(bytesMax: 0)
    #expect(open.take(1 << 40) && open.take(1 << 40))
  }
}
