import Columns
import Foundation
import Parquet
import Storage
import TestSupport
import Testing

@Suite struct TraceLookupTests {
  private func blocks(_ path: String) throws -> [Block] {
    try BlockCatalog.open(path: path, tenant: nil, cache: Cache.small).blocks
  }

  /// Every trace ID of a block with its place, read straight from the column.
  private func everyID(of block: Block) throws -> [(id: [UInt8], place: TraceLocation)] {
    var all: [(id: [UInt8], place: TraceLocation)] = []
    for (number, file) in try block.files().enumerated() {
      let leaf = try #require(file.schema.leaf(.traceID))
      for (group, rows) in file.file.rowGroups.enumerated() {
        let values = try file.file.column(leaf, rowGroup: group).readRequired(
          rows: RowRuns(0..<rows.rowCount), expectedCount: rows.rowCount,
          statistics: ReadStatistics())
        guard case .text(let ids) = values else { continue }
        for row in 0..<rows.rowCount {
          all.append((ids.bytes(at: row), TraceLocation(file: number, rowGroup: group, row: row)))
        }
      }
    }
    return all
  }

  @Test(arguments: ["vParquet3", "vParquet4", "vParquet5"])
  func everyTraceIsFoundWhereItIs(version: String) throws {
    var total = 0
    for block in try blocks(Fixture.smallBlocks(version: version)) {
      let all = try everyID(of: block)
      total += all.count
      #expect(all.count == block.metadata.traceCount)
      #expect(try block.locate(traceIDs: all.map(\.id)) == all.map { [$0.place] })
      for entry in all.prefix(60) {
        #expect(try block.locate(traceID: entry.id) == [entry.place])
      }
      #expect(block.warnings == [])
    }
    #expect(total == 593 + 505 + 960)
  }

  @Test func absentTracesAreNotFound() throws {
    var random = SplitMix(seed: 3)
    var passedBloom = 0
    for block in try blocks(Fixture.smallBlocks(version: "vParquet4")) {
      for id in [[UInt8](repeating: 0, count: 16), [UInt8](repeating: 0xFF, count: 16)] {
        #expect(try block.locate(traceID: id) == [])
      }
      // Neighbours of real IDs, which the page bounds let through.
      let near = try everyID(of: block).prefix(100).map { entry in
        entry.id.dropLast() + [entry.id[15] ^ 0x01]
      }
      #expect(try block.locate(traceIDs: near.map { Array($0) }).allSatisfy { $0.isEmpty })
      for _ in 0..<300 {
        let id = random.bytes(count: 16)
        passedBloom += try block.mayContain(traceID: id) ? 1 : 0
        #expect(try block.locate(traceID: id) == [])
      }
    }
    #expect(passedBloom < 40, "the filters rule out nearly everything that is not there")
  }

  @Test func onlyThePagesThatMatterAreRead() throws {
    let block = try #require(try blocks(Fixture.smallBlocks(version: "vParquet4")).last)
    let all = try everyID(of: block)
    let statistics = ReadStatistics()
    let last = try #require(all.last)
    #expect(try block.locate(traceID: last.id, statistics: statistics) == [last.place])
    #expect(statistics.pagesRead == 1)
    let none = ReadStatistics()
    #expect(try block.locate(traceID: [UInt8](repeating: 0, count: 16), statistics: none) == [])
    #expect(none.bytesRead == 0)
  }

  /// Five row groups without statistics or page index: only the object `index` tells them apart.
  @Test func blocksOfOtherWriters() throws {
    let expected = String(decoding: try Stored.bytes("foreign/trace-ids.txt"), as: UTF8.self)
      .split(separator: "\n").map { line -> (id: [UInt8], place: TraceLocation) in
        let fields = line.split(separator: " ")
        let id = stride(from: 0, to: 32, by: 2).map { i in
          UInt8(fields[0].dropFirst(i).prefix(2), radix: 16) ?? 0
        }
        return (
          id, TraceLocation(file: 0, rowGroup: Int(fields[1]) ?? -1, row: Int(fields[2]) ?? -1)
        )
      }
    #expect(expected.count == 200)
    let block = try #require(try blocks(Stored.path("foreign")).first)
    for entry in expected { #expect(try block.locate(traceID: entry.id) == [entry.place]) }
    let folder = try TemporaryFolder()
    try folder.copy("foreign", to: "foreign")
    try folder.write(
      "{\"rowGroups\":[17]}", to: "foreign/00000009-0000-4000-8000-000000000009/index")
    let damaged = try #require(try blocks(folder.path + "/foreign").first)
    for entry in expected.prefix(50) {
      #expect(try damaged.locate(traceID: entry.id) == [entry.place])
    }
    #expect(damaged.warnings.count == 1)
    #expect(damaged.warnings.first?.contains("index: entry 0 of 'rowGroups'") == true)
  }

  @Test func writeAheadFoldersAreSearchedFileByFile() throws {
    for block in try blocks(Stored.path("write-ahead")) {
      #expect(!block.isSorted)
      let all = try everyID(of: block)
      #expect(all.count == 8)
      #expect(Set(all.map(\.place.file)) == [0, 1, 2, 3], "the fifth file is still empty")
      for entry in all { #expect(try block.locate(traceID: entry.id) == [entry.place]) }
      #expect(try block.locate(traceID: [UInt8](repeating: 7, count: 16)) == [])
    }
  }

  @Test func aTraceInSeveralFilesIsFoundInEach() throws {
    let name = "00000004-0000-4000-8000-000000000004+single-tenant+vParquet4"
    let folder = try TemporaryFolder()
    try folder.copy("write-ahead/" + name, to: name)
    let first = try folder.bytes(of: name + "/0000000001")
    try folder.write(first, to: name + "/0000000005")
    try folder.write(Array(first.prefix(first.count / 2)), to: name + "/0000000006")
    try folder.write("torn", to: name + "/0000000007")
    let block = try #require(try blocks(folder.path).first)
    let id = try #require(try everyID(of: block).first).id
    #expect(try block.locate(traceID: id).map(\.file) == [0, 4])
    #expect(block.warnings.count == 2, "\(block.warnings)")
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func aDamagedFilterLosesNothingUnnoticed(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    try folder.copy(Stored.vParquet4, to: "block")
    var random = SplitMix(seed: seed)
    // Only the header: bits that are flipped further on cannot be told from bits never set.
    let whole = try folder.bytes(of: "block/bloom-0")
    var damaged = whole
    damaged[random.integer(0...23)] ^= UInt8(1 << random.integer(0...7))
    if random.chance(percent: 30) { damaged.removeSubrange(random.integer(0...whole.count - 1)...) }
    try folder.write(damaged, to: "block/bloom-0")
    let block = try #require(try blocks(folder.path + "/block").first)
    let all = try everyID(of: block)
    let found = try all.count { try block.locate(traceID: $0.id) == [$0.place] }
    let isStillReadable = (try? BloomFilter(damaged, file: "")) != nil  // Then it only says no.
    #expect(found == all.count || isStillReadable, "seed \(seed)")
    #expect(isStillReadable || block.warnings.count == 1, "seed \(seed)")
  }

  /// Faults anywhere in the data file end in an error that names it, or in an answer.
  @Test(arguments: 0..<150 as Range<UInt64>)
  func aDamagedDataFileIsNamed(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let name = [Stored.vParquet3, Stored.vParquet4, Stored.vParquet5][Int(seed % 3)]
    try folder.copy(name, to: "block")
    var random = SplitMix(seed: seed)
    let whole = try folder.bytes(of: "block/data.parquet")
    // The footer is a third of the file; faults in the pages of other columns show nothing here.
    let start = seed.isMultiple(of: 2) ? whole.count * 2 / 3 : 0
    let damaged =
      Array(whole[..<start]) + Damage.inflicted(on: Array(whole[start...]), using: &random)
    try folder.write(damaged, to: "block/data.parquet")
    let block = try #require(try blocks(folder.path + "/block").first)
    do throws(StorageError) {
      let found = try block.locate(traceID: [UInt8](repeating: 0x11, count: 16))
      #expect(found.count <= 1, "seed \(seed)")
    } catch {
      #expect(error.description.hasPrefix(folder.path + "/block/data.parquet"), "seed \(seed)")
    }
  }

  @Test func aMissingFilterRulesNothingOut() throws {
    let folder = try TemporaryFolder()
    try folder.copy(Stored.vParquet5, to: "block")
    try folder.remove("block/bloom-0")
    try folder.remove("block/index")
    let block = try #require(try blocks(folder.path + "/block").first)
    for entry in try everyID(of: block) {
      #expect(try block.locate(traceID: entry.id) == [entry.place])
    }
  }
}
