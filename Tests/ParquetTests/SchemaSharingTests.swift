import Columns
import Parquet
import Testing

/// Files share a schema by its bytes; whoever differs in one of them has another.
@Suite struct SchemaSharingTests {
  private func leaves(
    _ bytes: [UInt8], _ limits: ReadLimits = ReadLimits()
  ) throws(ParquetError) -> [Leaf] {
    try ParquetFile(
      source: MemoryByteSource(bytes), name: "shared", cache: BoundedCache(capacityBytes: 0),
      limits: limits
    ).leaves
  }

  @Test func oneByteMakesAnotherSchema() throws {
    let golden = try GoldenFile("nested-index-v2")
    let first = try leaves(golden.bytes)
    let name = try #require(first.last?.path.first)
    // The first letter of a column, where the footer spells it first: in the schema.
    let spelled = Array(name.utf8)
    let footer = golden.bytes.count - 8 - Self.footerBytes(golden.bytes)
    let place = try #require(
      (footer..<golden.bytes.count - spelled.count).first {
        golden.bytes[$0..<$0 + spelled.count].elementsEqual(spelled)
      })
    var changed = golden.bytes
    changed[place] = UInt8(ascii: "Z")
    #expect(try leaves(changed).last?.path.first == "Z" + name.dropFirst())
    #expect(try leaves(golden.bytes) == first)
    #expect(try leaves(changed) != first)
  }

  @Test func whatWasReadIsRefusedWithinNarrowerLimits() throws {
    let golden = try GoldenFile("nested-index-v2")
    _ = try leaves(golden.bytes)
    var limits = ReadLimits()
    limits.schemaNestingMax = 1
    #expect(throws: ParquetError.self) { try leaves(golden.bytes, limits) }
  }

  private static func footerBytes(_ bytes: [UInt8]) -> Int {
    bytes.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
