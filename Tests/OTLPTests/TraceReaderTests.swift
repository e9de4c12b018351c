import Columns
import OTLP
import Storage
import TestSupport
import Testing
import Wire

@Suite("Traces out of blocks that Tempo wrote")
struct TraceReaderTests {
  private func blocks(_ path: String) throws -> [Block] {
    try BlockCatalog.open(
      path: Fixture.path("Tests/OTLPTests/Fixtures/" + path), tenant: nil,
      cache: BoundedCache(capacityBytes: 16 << 20)
    ).blocks
  }

  private func text(_ trace: Trace) throws -> String {
    var writer = JSONWriter()
    TraceJSON.write(trace, topLevelKey: .resourceSpans, into: &writer)
    return try NormalTrace.text(of: writer.bytes)
  }

  @Test("every kind of value, in every version", arguments: [3, 4, 5])
  func allKinds(_ version: Int) throws {
    let blocks = try blocks(
      "all-kinds/single-tenant/0000000\(version)-0000-4000-8000-00000000000\(version)")
    let path = Fixture.path("Tests/OTLPTests/Fixtures/all-kinds/expected-vparquet\(version).json")
    let expected = try JSONReader.read(try bytes(of: path)).members ?? []
    #expect(expected.count == 8)
    for member in expected {
      let traceID = try #require(Hex.decode(member.name))
      let trace = try #require(try TraceReader.read(traceID: traceID, blocks: blocks))
      #expect(try text(trace) == NormalTrace.text(member.value), "trace \(member.name)")
    }
  }

  @Test("a trace that is not there, and one outside the blocks asked")
  func missing() throws {
    let blocks = try blocks("all-kinds/single-tenant/00000005-0000-4000-8000-000000000005")
    #expect(try TraceReader.read(traceID: Array(repeating: 9, count: 16), blocks: blocks) == nil)
    let present = [UInt8](repeating: 0x11, count: 16)
    #expect(try TraceReader.read(traceID: present, blocks: blocks) != nil)
    #expect(try TraceReader.read(traceID: present, blocks: blocks, timeRange: 1...2) == nil)
  }

  @Test("a trace in two blocks has each span once, sorted", arguments: [3, 4, 5])
  func twoBlocks(_ version: Int) throws {
    let blocks = try blocks("compaction/vParquet\(version)")
    #expect(blocks.count == 2)
    let traceID = [UInt8](repeating: 0x77, count: 16)
    let trace = try #require(try TraceReader.read(traceID: traceID, blocks: blocks))
    var spans: [String] = []
    for resource in trace.resourceSpans {
      for scope in resource.scopeSpans {
        spans += scope.spans.map { "\($0.name) \($0.spanID.last ?? 0) \($0.kind)" }
      }
    }
    #expect(spans.sorted() == ["c1 2 2", "c1 2 3", "c2 3 1", "d 4 1", "root 1 2"])
    // The earliest span names the first resource.
    #expect(spans.first == "d 4 1")
  }

  @Test("a write-ahead folder gives the traces of all its files")
  func writeAhead() throws {
    let blocks = try blocks("wal")
    let path = Fixture.path("Tests/OTLPTests/Fixtures/all-kinds/expected-vparquet5.json")
    // The trace without a resource: the block's writer gave it another trace's attributes, the
    // folder's did not.
    let different = String(repeating: "5", count: 32)
    for member in try JSONReader.read(try bytes(of: path)).members ?? []
    where member.name != different {
      let traceID = try #require(Hex.decode(member.name))
      let found = try #require(try TraceReader.find(traceID: traceID, blocks: blocks))
      #expect(found.bytesRead > 0)
      #expect(try text(found.trace) == NormalTrace.text(member.value), "trace \(member.name)")
    }
  }
}
