import Engine
import Storage
import TestSupport
import Testing
import TraceQL

/// Answers over blocks that Tempo wrote do not depend on how the work is cut up.
@Suite struct BlockAnswerTests {
  static let queries = [
    "{}",
    "{ status = error }",
    "{ status = error } | count() > 1",
    "{ kind = server && duration > 50ms }",
    "{ name =~ \".*get.*\" }",
    "{ resource.service.name = \"cart\" } >> { kind = client }",
    "{ kind = server } > { kind = client }",
    "{ kind = server } !>> { status = error }",
    "{ kind = client } ~ { kind = client }",
    "{} !< {}",
    "{ status = error } << { nestedSetParent < 0 }",
    "{ kind = client } &> { kind = server }",
    "{ .http.request.method = \"GET\" }",
    "{ .http.request.method != \"GET\" }",
    "{ .http.request.method = nil && kind = server }",
    "{ span.http.response.status_code >= 500 }",
    "{ span.app.mixed != nil } | by(span.app.mixed)",
    "{ .app.mixed = nil } | count() > 3",
    "{} | by(resource.service.name) | count() > 4",
    "{} | by(resource.service.name) | by(status) | max(duration) > 100ms",
    "{} | avg(duration) > 20ms",
    "{ event:name = \"exception\" }",
    "{ event.exception.type != nil } | by(event.exception.type)",
    "{ link:traceID != nil }",
    "{ instrumentation:name != \"\" } | select(instrumentation:version)",
    "{ span:childCount > 3 }",
    "{ parent.resource.service.name != resource.service.name }",
    "{ traceDuration > 300ms && status = error }",
    "{ rootName =~ \".*\" && !(kind = server) } | count() > 10",
    "({ status = error } | count()) * 2 > ({ kind = server } | count())",
    "{ duration > 10ms } && { duration < 1ms } | coalesce() | sum(duration) > 50ms",
    "{ status = error } || { .db.system != nil } | select(span.db.system, name)",
  ]
  static let versions = ["vParquet3", "vParquet4", "vParquet5"]

  private func matches(
    _ query: String, _ blocks: [Block], _ change: (inout QueryOptions) -> Void = { _ in }
  ) async throws -> [TraceMatch] {
    let parsed = try #require(Query.parse(query).query)
    var options = QueryOptions()
    options.limit = 0
    options.spansPerSpanSet = 0
    change(&options)
    let result = try await QueryEngine(blocks: blocks).search(parsed, options: options)
    #expect(result.partialReasons == [])
    return result.traces.map(\.withSortedSpanSets)
  }

  /// The two fragments of every trace are the same spans: put together they are the trace.
  @Test(arguments: versions)
  func everyBlockTwice(version: String) async throws {
    let store = try CopiedStore(version: version)
    let once = try CopiedStore.blocks(at: Fixture.smallBlocks(version: version))
    let twice = try CopiedStore.blocks(at: store.path)
    #expect(twice.count == once.count * 2)
    for query in Self.queries {
      // Statistics of services count stored spans; they are not what a query finds.
      let expected = try await matches(query, once)
      let actual = try await matches(query, twice)
      #expect(difference(actual, expected) == nil, "\(query)")
    }
  }

  @Test(arguments: versions)
  func anyNumberOfThreads(version: String) async throws {
    let blocks = try CopiedStore.blocks(at: Fixture.smallBlocks(version: version))
    for query in Self.queries {
      let expected = try await matches(query, blocks) { $0.threadCount = 1 }
      for threads in [2, 4] {
        let actual = try await matches(query, blocks) { $0.threadCount = threads }
        #expect(difference(actual, expected) == nil, "\(query), \(threads) threads")
      }
    }
  }

  @Test(arguments: versions)
  func aLimitIsAPrefix(version: String) async throws {
    let blocks = try CopiedStore.blocks(at: Fixture.smallBlocks(version: version))
    for query in Self.queries {
      let all = try await matches(query, blocks)
      for limit in [1, 5, 20, 300] {
        for counting in [false, true] {
          let some = try await matches(query, blocks) {
            $0.limit = limit
            $0.countsEveryMatch = counting
          }
          #expect(
            difference(some, Array(all.prefix(limit))) == nil, "\(query), limit \(limit)")
        }
      }
    }
  }

  @Test(arguments: versions)
  func listingFewerSpansChangesNothingElse(version: String) async throws {
    let blocks = try CopiedStore.blocks(at: Fixture.smallBlocks(version: version))
    for query in Self.queries {
      let all = try await matches(query, blocks)
      let few = try await matches(query, blocks) { $0.spansPerSpanSet = 2 }
      let cut = all.map { match in
        var match = match
        for i in match.spanSets.indices {
          match.spanSets[i].spans = Array(match.spanSets[i].spans.prefix(2))
        }
        return match.withSortedSpanSets
      }
      #expect(difference(few, cut) == nil, "\(query)")
    }
  }

  /// Runs of rows of any length.
  @Test(arguments: versions)
  func anyPartition(version: String) async throws {
    let blocks = try CopiedStore.blocks(at: Fixture.smallBlocks(version: version))
    let block = try #require(blocks.first)
    for query in Self.queries {
      let expected = try await matches(query, [block])
      for spans in [400_000, 3_000, 150] {
        let actual = try UnitQuery(query).matches(block, spansPerItem: spans)
        #expect(
          difference(actual.map(\.withSortedSpanSets), expected) == nil,
          "\(query), \(spans) spans at a time")
      }
    }
  }

  /// The queries are worth asking: most find something, and not everything.
  @Test(arguments: versions)
  func queriesFindSomething(version: String) async throws {
    let blocks = try CopiedStore.blocks(at: Fixture.smallBlocks(version: version))
    let all = try await matches("{}", blocks).count
    var useful = 0
    for query in Self.queries {
      let count = try await matches(query, blocks).count
      if count > 0 && count < all { useful += 1 }
    }
    #expect(useful * 10 >= Self.queries.count * 7, "\(useful) of \(Self.queries.count)")
  }

  /// The first difference in words, or nil.
  private func difference(_ actual: [TraceMatch], _ expected: [TraceMatch]) -> String? {
    for (a, b) in zip(actual, expected) where a != b {
      let sets = zip(a.spanSets, b.spanSets).first { $0 != $1 }
      let what = sets.map { "\($0)\ninstead of\n\($1)" } ?? "\(a)\ninstead of\n\(b)"
      return String(what.prefix(1_500))
    }
    return actual.count == expected.count
      ? nil : "\(actual.count) traces instead of \(expected.count)"
  }
}

extension TraceMatch {
  /// Spansets have no order; here they get one.
  fileprivate var withSortedSpanSets: TraceMatch {
    var result = self
    result.spanSets.sort { "\($0.attributes) \($0.spans)" < "\($1.attributes) \($1.spans)" }
    return result
  }
}
