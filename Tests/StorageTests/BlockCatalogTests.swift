import Foundation
import Parquet
import Storage
import TestSupport
import Testing

@Suite struct BlockCatalogTests {
  private func open(
    _ path: String, tenant: String? = nil
  ) throws(StorageError) -> BlockCatalog {
    try BlockCatalog.open(path: path, tenant: tenant, cache: Cache.small)
  }

  private static let id = "00000004-0000-4000-8000-000000000004"

  // MARK: Layouts

  @Test func aFolderOfTenants() throws {
    let catalog = try open(Stored.path("all-kinds"))
    #expect(catalog.tenant == "single-tenant")
    #expect(catalog.blocks.map(\.name).map { $0.suffix(4) } == ["0003", "0004", "0005", "00d0"])
    #expect(catalog.blocks.allSatisfy { $0.isSorted })
    #expect(catalog.warnings == [])
  }

  @Test(arguments: ["", "/", "//"])
  func aTenantFolder(ending: String) throws {
    let catalog = try open(Stored.path("all-kinds/single-tenant") + ending)
    #expect(catalog.tenant == "single-tenant")
    #expect(catalog.blocks.count == 4)
  }

  @Test(arguments: ["", "/data.parquet", "/meta.json"])
  func aBlockFolder(ending: String) throws {
    let catalog = try open(Stored.path(Stored.vParquet4) + ending)
    #expect(catalog.blocks.map(\.name) == [Self.id])
    #expect(catalog.tenant == "single-tenant")
    #expect(catalog.blocks[0].metadata.dedicatedColumns.count == 2)
    #expect(try catalog.blocks[0].files().count == 1)
  }

  @Test(arguments: [
    (Stored.vParquet3, BlockVersion.vParquet3), (Stored.vParquet4, .vParquet4),
    (Stored.vParquet5, .vParquet5),
  ])
  func aBareFile(block: String, version: BlockVersion) throws {
    let folder = try TemporaryFolder()
    try folder.copy(block + "/data.parquet", to: "traces.parquet")
    let catalog = try open(folder.path + "/traces.parquet")
    #expect(catalog.blocks.map(\.name) == ["traces.parquet"])
    let only = catalog.blocks[0]
    #expect(only.metadata.version == version)
    #expect(only.metadata.traceCount == 8)
    #expect(only.metadata.timeRange == 1_700_000_000_000_000_000...1_700_000_000_373_456_789)
    #expect(
      try only.files()[0].schema.directColumns[.resource]?.contains { $0.isDedicated } == false)
  }

  @Test func aBareFileKnowsItsTimes() throws {
    let folder = try TemporaryFolder()
    let tenant = Fixture.smallBlocks(version: "vParquet4") + "/single-tenant"
    let block = try open(tenant).blocks[0]
    try FileManager.default.copyItem(
      atPath: block.location + "/data.parquet", toPath: folder.path + "/data.parquet")
    let bare = try open(folder.path).blocks[0]
    let expected = try #require(block.metadata.timeRange)
    let times = try #require(bare.metadata.timeRange)
    #expect(times.overlaps(expected))
    #expect(times.upperBound - times.lowerBound < 86_400_000_000_000)
  }

  @Test func aWriteAheadFolder() throws {
    let name = "00000005-0000-4000-8000-000000000005+single-tenant+vParquet5"
    let catalog = try open(Stored.path("write-ahead/" + name))
    #expect(catalog.tenant == "single-tenant")
    let block = try #require(catalog.blocks.first)
    #expect(!block.isSorted)
    #expect(try block.files().count == 4)
    let files = try block.files()
    #expect(files.allSatisfy { $0.schema.directColumn(.event, "ev.ded") != nil })
  }

  @Test func aLiveStore() throws {
    let catalog = try open(Stored.path("live-store"))
    #expect(
      catalog.blocks.map { $0.name.prefix(8) } == ["254adc77", "e0d8bb77", "64c50130"],
      "tombstones and the folder without metadata are passed over")
    #expect(catalog.blocks.allSatisfy { $0.isSorted })
    #expect(catalog.warnings == [])
  }

  @Test func completedBlocksComeBeforeTheirWriteAheadFolders() throws {
    let folder = try TemporaryFolder()
    try folder.copy("write-ahead", to: "live")
    try folder.copy(Stored.vParquet4, to: "live/blocks/single-tenant/" + Self.id)
    let catalog = try open(folder.path + "/live")
    #expect(catalog.blocks.count == 3)
    #expect(catalog.blocks.map(\.isSorted) == [false, true, false])
  }

  @Test func compactedBlocksAreLeftOut() throws {
    let catalog = try open(Stored.path("backend"))
    #expect(catalog.blocks.map { $0.name.prefix(8) } == ["2328f669", "64c50130"])
    let folder = try TemporaryFolder()
    try folder.copy("all-kinds", to: "store")
    let block = "store/single-tenant/" + Self.id
    try folder.write(try folder.bytes(of: block + "/meta.json"), to: block + "/meta.compacted.json")
    #expect(try open(folder.path + "/store").blocks.count == 3, "being compacted: replaced already")
    #expect(try open(folder.path + "/" + block).blocks.count == 1, "but it can be asked for")
  }

  @Test func otherThingsInAFolderAreIgnored() throws {
    let folder = try TemporaryFolder()
    try folder.copy("all-kinds/single-tenant", to: "store/acme")
    try folder.write("{}", to: "store/tempo_cluster_seed.json")
    try folder.write("{}", to: "store/work.json")
    try folder.write("x", to: "store/acme/notes/meta.json")
    try folder.write("x", to: "store/acme/00000007-0000-4000-8000-000000000007/data.parquet")
    try folder.write("x", to: "store/.git/config")
    let catalog = try open(folder.path + "/store")
    #expect(catalog.tenant == "acme")
    #expect(catalog.blocks.count == 4)
    #expect(catalog.warnings == [])
  }

  // MARK: Tenants

  @Test func tenantsAreChosen() throws {
    let folder = try TemporaryFolder()
    try folder.copy(Stored.vParquet3, to: "store/a/00000003-0000-4000-8000-000000000003")
    try folder.copy(Stored.vParquet4, to: "store/b/" + Self.id)
    let store = folder.path + "/store"
    #expect(try open(store, tenant: "b").blocks.map(\.name) == [Self.id])
    #expect(throws: StorageError.severalTenants(["a", "b"], path: store)) { try open(store) }
    for unknown in ["c", "..", "a/..", "", "a/"] {
      #expect(throws: StorageError.unknownTenant(unknown, known: ["a", "b"], path: store)) {
        try open(store, tenant: unknown)
      }
    }
    let error = #expect(throws: StorageError.self) { try open(store, tenant: "c") }
    #expect(error?.description == "\(store) has no tenant 'c'; it has 'a', 'b'")
  }

  // MARK: What is wrong

  @Test func missingAndEmptyPlaces() throws {
    let folder = try TemporaryFolder()
    let nowhere = folder.path + "/nowhere"
    #expect(throws: StorageError.missing(path: nowhere)) { try open(nowhere) }
    #expect(throws: StorageError.noBlocks(path: folder.path, hint: "")) { try open(folder.path) }
    try folder.copy("all-kinds", to: "deeper")
    let error = #expect(throws: StorageError.self) { try open(folder.path) }
    #expect(error?.description.hasSuffix("there are blocks in its folder deeper") == true)
  }

  @Test(.enabled(if: getuid() != 0, "root may read everything"))
  func noPermission() throws {
    let folder = try TemporaryFolder()
    try folder.write("x", to: "closed/file")
    let path = folder.path + "/closed"
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    #expect(throws: StorageError.notPermitted(path: path)) { try open(path) }
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
  }

  @Test func filesThatAreNoBlocks() throws {
    let folder = try TemporaryFolder()
    try folder.write("hello", to: "a.txt")
    let error = #expect(throws: StorageError.self) { try open(folder.path + "/a.txt") }
    guard case .notABlock(folder.path + "/a.txt", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let whole = try Stored.bytes(Stored.vParquet4 + "/data.parquet")
    try folder.write(Array(whole.dropLast(100)), to: "cut.parquet")
    #expect(throws: StorageError.self) { try open(folder.path + "/cut.parquet") }
  }

  @Test func brokenMetadataIsAWarningBesideOthersAndAnErrorAlone() throws {
    let folder = try TemporaryFolder()
    try folder.copy("all-kinds", to: "store")
    let meta = "store/single-tenant/\(Self.id)/meta.json"
    try folder.write("{\"format\":\"vParquet4\",", to: meta)
    let catalog = try open(folder.path + "/store")
    #expect(catalog.blocks.count == 3)
    #expect(catalog.warnings.count == 1)
    #expect(catalog.warnings.first?.hasPrefix(folder.path + "/" + meta) == true)
    let error = #expect(throws: StorageError.self) {
      try open(folder.path + "/store/single-tenant/" + Self.id)
    }
    #expect(
      error?.description
        == folder.path + "/" + meta + ", at byte 22: expected a member name in quotes")
    for other in [
      "00000003-0000-4000-8000-000000000003", "00000005-0000-4000-8000-000000000005",
      "00000005-0000-4000-8000-0000000000d0",
    ] {
      try folder.remove("store/single-tenant/" + other)
    }
    let same = try #require(error)
    #expect(throws: same) { try open(folder.path + "/store") }
  }

  @Test func vanishedDataFilesAreNamed() throws {
    let folder = try TemporaryFolder()
    try folder.copy(Stored.vParquet4, to: "block")
    let block = try open(folder.path + "/block").blocks[0]
    try folder.remove("block/data.parquet")
    #expect(throws: StorageError.missing(path: folder.path + "/block/data.parquet")) {
      try block.files()
    }
  }

  @Test func manyBlocksNeedFewOpenFiles() throws {
    let folder = try TemporaryFolder()
    for number in 100..<500 {
      try folder.copy(
        Stored.plainV5, to: "store/t/00000000-0000-4000-8000-000000000\(number)")
    }
    let blocks = try open(folder.path + "/store").blocks
    #expect(blocks.count == 400)
    var rows = 0
    for block in blocks { rows += try block.files()[0].file.rowCount }
    #expect(rows == 3_200)
    // Other tests have files open at the same time: only those of this store count.
    let openFiles = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter {
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + $0)
      return target?.hasPrefix(folder.path) ?? false
    }
    #expect((1..<250).contains(openFiles.count))
    #expect(try blocks[0].locate(traceID: [UInt8](repeating: 0x11, count: 16)).count == 1)
  }
}
