import Engine
import Storage
import Synchronization
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
    options.spansPerSpanSet = 5
    change(&options)
    let result = try await QueryEngine(blocks: blocks).search(parsed, options: options)
    #expect(result.partialReasons == [])
    return result.traces.map(\.withSortedSpanSets)
  }

  /// Every matching trace, newest first, kept between tests: debug builds are slow.
  private func everything(_ query: String, _ version: String) async throws -> [TraceMatch] {
    if let known = Self.known.withLock({ $0[version + query] }) { return known }
    let found = try await matches(query, Self.blocks(version))
    Self.known.withLock { $0[version + query] = found }
    return found
  }

  private static let known = Mutex<[String: [TraceMatch]]>([:])

  private static func blocks(_ version: String) throws(StorageError) -> [Block] {
    try CopiedStore.blocks(at: Fixture.smallBlocks(version: version))
  }

  /// The two fragments of every trace are the same spans: put together they are the trace.
  @Test(arguments: versions)
  func everyBlockTwice(version: String) async throws {
    let store = try CopiedStore(version: version)
    let twice = try CopiedStore.blocks(at: store.path)
    #expect(try twice.count == Self.blocks(version).count * 2)
    for query in Self.queries {
      let expected = try await everything(query, version)
      let actual = try await matches(query, twice)
      #expect(difference(actual, expected) == nil, "\(query)")
    }
  }

  @Test func anyNumberOfThreads() async throws {
    let blocks = try Self.blocks("vParquet4")
    for query in Self.queries {
      let expected = try await everything(query, "vParquet4")
      for threads in [1, 4] {
        let actual = try await matches(query, blocks) { $0.threadCount = threads }
        #expect(difference(actual, expected) == nil, "\(query), \(threads) threads")
      }
    }
  }

  /// Most traces lie in the range, so that the others are passed over rather than cut out.
  @Test func aRangeLeavesTracesOut() async throws {
    let blocks = try Self.blocks("vParquet4")
    let starts = try await everything("{}", "vParquet4").map(\.startNanoseconds).sorted()
    let range = starts[starts.count / 10]...starts[starts.count * 9 / 10]
    let inside = Set(try await matches("{}", blocks) { $0.timeRange = range }.map(\.traceID))
    #expect(inside.count < starts.count && inside.count > starts.count / 2)
    for query in Self.queries {
      let expected = try await everything(query, "vParquet4")
        .filter { inside.contains($0.traceID) }
      let actual = try await matches(query, blocks) { $0.timeRange = range }
      #expect(difference(actual, expected) == nil, "\(query)")
    }
  }

  @Test func aLimitIsAPrefix() async throws {
    let blocks = try Self.blocks("vParquet5")
    for query in Self.queries {
      let all = try await everything(query, "vParquet5")
      for (limit, isCounting) in [(1, false), (20, false), (300, true)] {
        let some = try await matches(query, blocks) {
          $0.limit = limit
          $0.countsEveryMatch = isCounting
        }
        #expect(difference(some, Array(all.prefix(limit))) == nil, "\(query), limit \(limit)")
      }
    }
  }

  @Test func listingFewerSpansChangesNothingElse() async throws {
    let blocks = try Self.blocks("vParquet3")
    for query in Self.queries {
      let few = try await matches(query, blocks) { $0.spansPerSpanSet = 2 }
      let cut = try await everything(query, "vParquet3").map { match in
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
    let block = try #require(try Self.blocks(version).first)
    for query in Self.queries.enumerated().filter({ $0.offset % 3 == 0 }).map(\.element) {
      let expected = try await matches(query, [block])
      for rows in [500, 37] {
        let actual = try UnitQuery(query).matches(block, rowsPerItem: rows)
        #expect(
          difference(actual.map(\.withSortedSpanSets), expected) == nil,
          "\(query), \(rows) rows at a time")
      }
    }
  }

  /// The queries are worth asking: most find something, and not everything.
  @Test func queriesFindSomething() async throws {
    let all = try await everything("{}", "vParquet4").count
    var useful = 0
    for query in Self.queries {
      let count = try await everything(query, "vParquet4").count
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
