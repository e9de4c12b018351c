import Columns
import Engine
import Storage
import TestSupport
import Testing
import TraceQL

/// Every limit of a query, reached: a marked partial answer or a named error, never a silent cut.
@Suite struct QueryLimitTests {
  private func search(
    _ query: String, _ change: (inout QueryOptions) -> Void
  ) async throws -> SearchResult {
    let blocks = try CopiedStore.blocks(at: Fixture.smallBlocks(version: "vParquet4"))
    var options = QueryOptions()
    options.limit = 0
    change(&options)
    let parsed = try #require(Query.parse(query).query)
    return try await QueryEngine(blocks: blocks).search(parsed, options: options)
  }

  @Test func memoryBoundsDecoding() async throws {
    let result = try await search("{ status = error } >> {}") {
      $0.limits.memoryBytesMax = 400_000
    }
    #expect(result.partialReasons.count == 1, "\(result.partialReasons)")
    #expect(result.partialReasons.first?.contains("memory limit of 400000 bytes reached") == true)
    #expect(!result.matchedTraceCountIsExact)
  }

  /// Enough to read everything, not enough to keep every span found.
  @Test func memoryBoundsResults() async throws {
    let whole = try await search("{}") { $0.spansPerSpanSet = 0 }
    #expect(whole.partialReasons == [])
    let cut = try await search("{}") {
      $0.spansPerSpanSet = 0
      $0.threadCount = 1
      $0.limits.memoryBytesMax = 4_000_000
    }
    #expect(cut.partialReasons.first?.contains("memory limit of 4000000 bytes") == true)
    #expect(cut.traces.count < whole.traces.count)
  }

  @Test func bytesRead() async throws {
    let result = try await search("{}") { $0.limits.bytesReadMax = 10 }
    #expect(result.partialReasons == ["limit of 10 bytes read reached"])
  }

  @Test func wallTime() async throws {
    let result = try await search("{}") { $0.limits.wallTimeNanosecondsMax = 1 }
    #expect(result.partialReasons == ["time limit of 0 ms reached"])
  }

  @Test func spansOfASpanSet() async throws {
    let cut = try await search("{}") {
      $0.spansPerSpanSet = 0
      $0.limits.spansPerSpanSetMax = 2
    }
    #expect(cut.partialReasons == ["limit of 2 spans of a span set reached"])
    #expect(cut.traces.allSatisfy { $0.spanSets.allSatisfy { $0.spans.count <= 2 } })
    let asked = try await search("{}") {
      $0.spansPerSpanSet = 2
      $0.limits.spansPerSpanSetMax = 2
    }
    #expect(asked.partialReasons == [])
  }

  @Test func pairsOfEventsAndLinks() async throws {
    let query = "{ event:name = \"exception\" || link:spanID != \"\" }"
    let whole = try await search(query) { _ in }
    #expect(whole.partialReasons == [])
    let cut = try await search(query) { $0.limits.eventLinkPairsMax = 1 }
    #expect(cut.partialReasons.first?.contains("more pairs of them") == true)
  }

  @Test func groupsThatShareSpans() async throws {
    let query = "({} | by(span:id) | count()) != ({} | by(name) | count())"
    let result = try await search(query) { $0.limits.layerBytesMax = 8 }
    #expect(result.partialReasons.first?.contains("share spans in this comparison") == true)
  }
}
