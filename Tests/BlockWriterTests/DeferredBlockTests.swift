import BlockWriter
import Columns
import Parquet
import Spans
import Storage
import TestSupport
import Testing

/// Blocks in memory whose columns are encoded when they are read.
@Suite struct DeferredBlockTests {
  private static func table() -> SpanTable {
    var random = SplitMix(seed: 20_261_128)
    return SpanTableTests.table(&random, spans: 500, traces: 60, owners: 5)
  }

  private static let identity = BlockIdentity(
    blockID: "01234567-89ab-4def-8123-456789abcdef", tenant: "t")

  private func deferred(_ table: SpanTable) throws -> DeferredBlock {
    try #require(
      DeferredBlock(
        table, Self.identity, name: "live", cache: BoundedCache(capacityBytes: 1 << 20)))
  }

  private func chunk(_ file: ParquetFile, _ leaf: Leaf) throws -> [UInt8] {
    try file.source.read(file.column(leaf, rowGroup: 0).chunk.byteRange)
  }

  /// The same columns, byte for byte, as of a block that is written.
  @Test func everyColumnIsThatOfAWrittenBlock() async throws {
    let table = Self.table()
    let schema = BlockSchema(version: .vParquet5, dedicated: [], .uncompressed)
    var writer = try BlockWriter(schema, Self.identity, to: MemoryByteSink())
    var copy = table
    try await writer.write(&copy, threadCount: 2)
    let written = try writer.finish()
    let stored = try ParquetFile(
      source: MemoryByteSource(written.sink.bytes), name: "stored",
      cache: BoundedCache(capacityBytes: 0))
    let block = try deferred(table).block
    let file = try #require(try block.files().first).file
    #expect(file.leaves == stored.leaves)
    #expect(block.metadata.traceCount == written.metadata.traceCount)
    #expect(block.metadata.timeRange == written.metadata.timeRange)
    for leaf in stored.leaves {
      let (made, wanted) = (file.column(leaf, rowGroup: 0), stored.column(leaf, rowGroup: 0))
      #expect(try chunk(file, leaf) == chunk(stored, leaf), "\(leaf.name)")
      #expect(try made.layout() == wanted.layout(), "\(leaf.name)")
      #expect(try made.pages().bounds.count == wanted.pages().bounds.count, "\(leaf.name)")
    }
  }

  /// What is said of a column before it is there has to hold once it is.
  @Test func announcementsHold() throws {
    let table = Self.table()
    let file = try #require(try deferred(table).block.files().first).file
    for leaf in file.leaves {
      let column = file.column(leaf, rowGroup: 0)
      let announced = column.announced
      if announced.nullCount == announced.valueCount {
        #expect(column.chunk.nullCount == column.chunk.valueCount, "\(leaf.name)")
      }
      #expect(announced.valueCount >= column.chunk.valueCount, "\(leaf.name)")
    }
    let starts = table.starts.map { Int64($0) }
    let ends = zip(table.starts, table.durations).map { Int64($0 &+ $1) }
    for (name, times) in [("StartTimeUnixNano", starts), ("EndTimeUnixNano", ends)] {
      let leaf = try #require(file.leaf(named: name))
      guard case .int64(let bounds)? = file.column(leaf, rowGroup: 0).bounds else {
        Issue.record("\(name) has bounds")
        continue
      }
      #expect(bounds == (times.min() ?? 0)...(times.max() ?? 0), "\(name)")
    }
  }

  @Test func whatNobodyReadsIsNotEncoded() throws {
    let made = try deferred(Self.table())
    let file = try #require(try made.block.files().first).file
    #expect(made.encodedByteCount == 0)
    let leaf = try #require(file.leaf(named: "rs.ss.Spans.Name"))
    _ = try chunk(file, leaf)
    let once = made.encodedByteCount
    #expect(once > 0)
    _ = try chunk(file, leaf)
    #expect(made.encodedByteCount == once)
  }

  @Test func nothingLiesBesideAChunk() throws {
    let source = try #require(try deferred(Self.table()).block.files().first).file.source
    #expect(throws: ByteSourceError.self) { try source.read(0..<4) }
    #expect(throws: ByteSourceError.self) {
      try source.read(source.byteCount - 8..<source.byteCount)
    }
    #expect(throws: ByteSourceError.self) { try source.read(1 << 36..<1 << 36 + 1 << 30) }
  }

  @Test func withoutSpansThereIsNoBlock() {
    let cache = BoundedCache(capacityBytes: 0)
    #expect(DeferredBlock(SpanTable(), Self.identity, name: "live", cache: cache) == nil)
  }
}
