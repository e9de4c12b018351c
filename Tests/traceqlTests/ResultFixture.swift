import Columns
import Engine
import Storage
import TestSupport
import Testing
import TraceQL

/// Search results made to order.
///
/// Results can only be made by the engine, so a real one is found first and then rewritten field
/// by field.
struct ResultFixture {
  /// 2026-01-15T09:30:44Z
  static let startNanoseconds: UInt64 = 1_768_469_444_000_000_000

  private let model: TraceMatch
  private let modelSet: SpanSetMatch
  private let modelSpan: SpanMatch
  private let modelStatistics: ServiceStatistics

  init() async throws {
    let cache = BoundedCache(capacityBytes: 1 << 20)
    let catalog = try BlockCatalog.open(
      path: Fixture.smallBlocks(version: "vParquet4"), tenant: nil, cache: cache)
    let query = try #require(Query.parse("{ status = error }").query)
    var options = QueryOptions()
    options.limit = 1
    let result = try await QueryEngine(blocks: catalog.blocks).search(
      query, options: options)
    model = try #require(result.traces.first)
    modelSet = try #require(model.spanSets.first)
    modelSpan = try #require(modelSet.spans.first)
    modelStatistics = try #require(model.serviceStatistics?.first)
  }

  /// A span that starts `id` milliseconds into the trace.
  func span(_ id: UInt8, _ name: String?, _ values: [(String, Value)] = []) -> SpanMatch {
    var span = modelSpan
    span.spanID = [0, 0, 0, 0, 0, 0, 0, id]
    span.name = name
    span.startNanoseconds = Self.startNanoseconds + UInt64(id) * 1_000_000
    span.durationNanoseconds = 61_000_000
    span.attributes = Self.named(values)
    return span
  }

  func set(
    _ spans: [SpanMatch], matched: Int, _ values: [(String, Value)] = []
  ) -> SpanSetMatch {
    var set = modelSet
    set.spans = spans
    set.matched = matched
    set.attributes = Self.named(values)
    return set
  }

  func trace(_ id: UInt8, _ sets: [SpanSetMatch], spanCounts: [Int]? = nil) -> TraceMatch {
    var trace = model
    trace.traceID = [UInt8](repeating: 0, count: 15) + [id]
    trace.rootServiceName = "shop"
    trace.rootTraceName = "GET /cart"
    trace.startNanoseconds = Self.startNanoseconds
    trace.durationNanoseconds = 382_000_000
    trace.spanSets = sets
    trace.serviceStatistics = spanCounts?.map { count in
      var statistics = modelStatistics
      statistics.spanCount = count
      return statistics
    }
    return trace
  }

  private static func named(_ values: [(String, Value)]) -> [NamedValue] {
    values.map { NamedValue(key: $0.0, value: $0.1) }
  }
}
