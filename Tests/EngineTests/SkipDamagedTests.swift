import Columns
import Engine
import Parquet
import Storage
import Testing
import TraceQL

/// With `skipsDamaged` the answer is that of what can be read, and says what was left out.
@Suite struct SkipDamagedTests {
  private static let queries = [
    "{}", "{ status = error }", "{ kind = server } >> { kind = client }",
    "{} | by(resource.service.name) | count() > 3",
  ]

  private func search(
    _ query: String, _ blocks: [Block], skips: Bool = true, threads: Int = 2
  ) async throws(QueryError) -> SearchResult {
    var options = QueryOptions()
    options.limit = 0
    options.skipsDamaged = skips
    options.threadCount = threads
    guard let parsed = Query.parse(query).query else { preconditionFailure("a sound query") }
    return try await QueryEngine(blocks: blocks).search(parsed, options: options)
  }

  /// Damages the pages of one column in one row group; the error's place is in there.
  private func damage(_ column: TraceColumn, rowGroup: Int, of block: Int, _ store: DamagedStore)
    throws
  {
    let cache = BoundedCache(capacityBytes: 0)
    try store.change(block, "data.parquet") { bytes in
      let file = try ParquetFile(source: MemoryByteSource(bytes), name: "x", cache: cache)
      let leaf = try #require(file.leaf(named: column.rawValue))
      for page in try file.column(leaf, rowGroup: rowGroup).pages().pages {
        for i in page.offset..<page.offset + page.byteCount { bytes[i] = 0xFF }
      }
    }
  }

  @Test(arguments: queries) func theDefaultIsAnError(_ query: String) async throws {
    let store = try DamagedStore(version: "vParquet4")
    try damage(.kind, rowGroup: 0, of: 0, store)
    let blocks = try store.blocks()
    do throws(QueryError) {
      _ = try await search(query, blocks, skips: false)
      Issue.record("damage passed unnoticed")
    } catch {
      guard case .damagedBlock(let text) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(text.contains("Kind") && text.contains("at byte"), "\(text)")
    }
  }

  @Test(arguments: queries) func aBlockWithoutFooterIsLeftOut(_ query: String) async throws {
    let store = try DamagedStore(version: "vParquet4")
    try store.change(1, "data.parquet") { $0.removeLast(100) }
    let partial = try await search(query, store.blocks())
    #expect(partial.partialReasons.count == 1)
    #expect(partial.partialReasons[0].contains(store.folders[1]), "\(partial.partialReasons)")
    try store.remove(1)
    let rest = try await search(query, store.blocks()).traces
    #expect(partial.traces.count == rest.count && zip(partial.traces, rest).allSatisfy { $0 == $1 })
  }

  /// Whatever is read first and by however many threads: one row group less, all others whole.
  @Test(arguments: queries, [1, 3])
  func onlyTheDamagedRowGroupIsLeftOut(_ query: String, _ threads: Int) async throws {
    let store = try DamagedStore(version: "vParquet4")
    let sound = try await search(query, store.blocks())
    let groups = try store.blocks().first { store.folders[0].hasSuffix($0.name) }?.files()[0].file
    let file = try #require(groups)
    let group = 0
    try damage(.kind, rowGroup: group, of: 0, store)
    let partial = try await search(query, store.blocks(), threads: threads)
    #expect(partial.partialReasons.count == 1, "\(partial.partialReasons)")
    #expect(partial.partialReasons[0].contains("row group \(group):"))
    #expect(partial.partialReasons[0].contains("at byte"))
    // The traces of that row group are the only ones missing, but for those other blocks hold too.
    let leaf = try #require(file.leaf(named: TraceColumn.traceID.rawValue))
    let rows = file.rowGroups[group].rowCount
    let ids = try file.column(leaf, rowGroup: group).readRequired(
      rows: RowRuns(0..<rows), expectedCount: rows, statistics: ReadStatistics())
    let gone = Set((0..<rows).map { ids.textColumn.bytes(at: $0) })
    let kept = [partial, sound].map { $0.traces.filter { !gone.contains($0.traceID) } }
    #expect(kept[0].count == kept[1].count)
    #expect(zip(kept[0], kept[1]).allSatisfy { $0 == $1 })
    #expect(partial.traces.count < sound.traces.count)
    #expect(Set(partial.traces.map(\.traceID)).isSubset(of: Set(sound.traces.map(\.traceID))))
  }

  /// A replica of the damaged block has the same traces: nothing is missing from the answer.
  @Test func replicasMakeUpForDamage() async throws {
    let copied = try CopiedStore(version: "vParquet4")
    let sound = try await search("{}", CopiedStore.blocks(at: copied.path))
    let store = try DamagedStore(version: "vParquet4")
    try damage(.kind, rowGroup: 0, of: 0, store)
    let damaged = try store.blocks().first { store.folders[0].hasSuffix($0.name) }
    let blocks =
      try CopiedStore.blocks(at: copied.path)
      .filter { block in !store.folders[0].hasSuffix(block.name) } + [try #require(damaged)]
    let partial = try await search("{}", blocks)
    #expect(partial.partialReasons.count == 1)
    #expect(partial.traces.count == sound.traces.count)
    #expect(zip(partial.traces, sound.traces).allSatisfy { $0 == $1 })
  }

  @Test func namesAndValues() async throws {
    let store = try DamagedStore(version: "vParquet4")
    try store.change(2, "data.parquet") { $0.removeLast(100) }
    var options = QueryOptions()
    options.skipsDamaged = true
    let field = Field.intrinsic(.name)
    let engine = try QueryEngine(blocks: store.blocks())
    let names = try await engine.tagNames(scope: nil, filter: nil, options: options)
    let values = try await engine.tagValues(of: field, filter: nil, options: options)
    #expect(names.partialReasons.count == 1 && values.partialReasons.count == 1)
    try store.remove(2)
    let rest = try QueryEngine(blocks: store.blocks())
    let soundNames = try await rest.tagNames(scope: nil, filter: nil, options: options)
    let soundValues = try await rest.tagValues(of: field, filter: nil, options: options)
    #expect(names.scopes.map(\.tags) == soundNames.scopes.map(\.tags))
    #expect(values.values == soundValues.values)
  }
}
