import Engine
import Storage
import TraceQL

/// Whole queries over the blocks, warm.
struct QueryBench {
  let blocks: [Block]
  let threadCount: Int

  private static let queries = [
    "{ status = error }",
    "{ duration > 1s }",
    "{ span.user.id = \"nobody\" }",
    "{ resource.service.name = \"cart\" && status = error }",
    "{ span.http.response.status_code = 500 && duration > 20ms }",
    "{ name =~ \".*get.*\" }",
    "{ kind = server } >> { status = error }",
    "{ kind = server } | by(resource.service.name) | avg(duration) > 100ms",
    "{ } | count() > 100",
  ]

  func run(_ measurement: inout Measurement) async throws {
    measurement.section("queries, \(blocks.count) blocks, \(threadCount) threads")
    let engine = QueryEngine(blocks: blocks)
    var options = QueryOptions()
    options.limit = 0
    options.threadCount = threadCount
    let spans = try await engine.search(try Self.parsed("{ }"), options: options)
      .statistics.inspectedSpans
    for text in Self.queries {
      let query = try Self.parsed(text)
      try await measurement.report(text, units: spans, "spans") {
        _ = try await engine.search(query, options: options)
      }
    }
  }

  private static func parsed(_ text: String) throws -> Query {
    let parsed = Query.parse(text)
    guard let query = parsed.query else { throw BenchFailure("not a query: \(text)") }
    return query
  }
}

struct BenchFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
